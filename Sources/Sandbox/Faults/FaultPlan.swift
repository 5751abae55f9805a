import Events

/// Which faults are on, and what they do to each request and webhook.
///
/// Every decision is a function of the seed, the rule, the project and a count of the decisions so far for that pair:
/// the same requests in the same order meet the same faults.
struct FaultPlan: Sendable {
    /// Probabilities, and a delay for each webhook of a project.
    struct Webhooks: Hashable, Sendable {
        var drop = 0.0
        var duplicate = 0.0
        var reorder = 0.0
        var delay: ClosedRange<Int>?
    }

    /// An account that does not answer.
    struct Outage: Hashable, Sendable {
        var until: Timestamp
        /// nil cuts connections.
        var status: Int?
    }

    /// Rules at most.
    static let maxRules = 256
    /// A reordered webhook is held back by up to this many milliseconds.
    static let reorderSpread = 5...250
    /// Under this name, as project and as product, the faults of the CRM stand; those of all projects are not its.
    static let crm = "crm"
    /// Under this name, as project, the faults of what stands in for Dynamics stand; as product, those of its Web API.
    static let dataverse = "dataverse"
    /// As product of ``dataverse``: the authority that hands out tokens.
    static let entra = "entra"
    /// Projects beside the simulated ones; faults of all projects are not theirs.
    static let others: Set<String> = [crm, dataverse]

    var seed: UInt64 = 1
    var rules: [FaultRule] = []
    /// By project; `*` for the others.
    var webhooks: [String: Webhooks] = [:]
    var outages: [String: Outage] = [:]
    /// Milliseconds, by project.
    var skews: [String: Int] = [:]
    private var counters: [String: UInt64] = [:]
    /// Faults made so far, by name.
    private(set) var made: [String: Int] = [:]

    /// How far a project's clock is off.
    func skew(_ project: String) -> Duration { .milliseconds(skews[project] ?? 0) }

    /// What is done to one request.
    mutating func decide(
        project: String, product: String, method: RestMethod, path: Substring, now: Timestamp
    ) -> RequestFault {
        var fault = RequestFault.none
        if let outage = outages[project] {
            if now < outage.until {
                fault.effect = .down(status: outage.status)
                count("down")
                return fault
            }
            outages[project] = nil
        }
        guard !rules.isEmpty else { return fault }
        for index in rules.indices
        where rules[index].times != 0
            && rules[index].matches(project: project, product: product, method: method, path: path)
        {
            var dice = dice("rule \(index) \(project)")
            guard dice.unit() < rules[index].probability else { continue }
            if fault.effect != .none, case .latency = rules[index].effect {} else if fault.effect != .none { continue }
            rules[index].times = rules[index].times.map { $0 - 1 }
            switch rules[index].effect {
            case .latency(let least, let most):
                fault.latency = .milliseconds(Int.random(in: least...max(least, most), using: &dice))
                count("latency")
            case .status(let status, let retryAfter, let isDone):
                fault.effect = .status(status, retryAfter: retryAfter, isDone: isDone)
                count("\(status)")
            case .timeout(let isDone):
                fault.effect = .timeout(isDone: isDone)
                count("timeout")
            case .lostAnswer:
                fault.effect = .lostAnswer
                count("lost_answer")
            }
        }
        return fault
    }

    /// What is done to one webhook.
    mutating func decideWebhook(project: String) -> WebhookFault {
        guard let faults = webhooks[project] ?? webhooks["*"], faults != Webhooks() else { return .none }
        var dice = dice("webhook \(project)")
        var fault = WebhookFault.none
        // All dice are cast each time, so that one probability does not shift the decisions of another.
        let (drop, duplicate, reorder) = (dice.unit(), dice.unit(), dice.unit())
        let held = Int.random(in: Self.reorderSpread, using: &dice)
        let delay = faults.delay.map { Int.random(in: $0, using: &dice) } ?? 0
        if drop < faults.drop {
            fault.isDropped = true
            count("dropped")
            return fault
        }
        if duplicate < faults.duplicate {
            fault.isDuplicated = true
            fault.duplicateDelay = .milliseconds(held)
            count("duplicated")
        }
        let isHeld = reorder < faults.reorder
        if isHeld { count("reordered") }
        if delay > 0 { count("delayed") }
        let wait = delay + (isHeld ? held : 0)
        if wait > 0 { fault.delay = .milliseconds(wait) }
        return fault
    }

    /// Numbers for one decision.
    private mutating func dice(_ name: String) -> SeededGenerator {
        counters[name, default: 0] += 1
        let start = name.utf8.reduce(seed) { SeededGenerator.mixed($0 &+ UInt64($1)) }
        return SeededGenerator(seed: start &+ SeededGenerator.mixed(counters[name, default: 0]))
    }

    private mutating func count(_ name: String) {
        made[name, default: 0] += 1
    }
}
