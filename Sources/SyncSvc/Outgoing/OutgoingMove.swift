import Events

/// How far a conversation that an agent began in the mobile app has come on its way to the Flex side.
///
/// Pure: the owner carries out ``command``, stores what came of it, and goes on; after a crash he begins with what is
/// stored, and repeats a command whose result is not. The customer is taken out of the app's conversation only once he
/// is in the other one, so he is in at least one at any moment, and in the end in one.
///
/// ```
/// copy ─► join ─► leave ─► people ─► work ─► done
///           └────► stays
/// ```
struct OutgoingMove: Hashable, Sendable {
    enum Step: String, Hashable, Sendable, CaseIterable {
        /// What the app has sent to the customer is copied: joined first, he would get it twice.
        case copy
        /// The customer joins the Flex conversation.
        case join
        /// The customer's telephone leaves the app's conversation; there he is an identity from now on.
        case leave
        /// Everybody else, and what was written meanwhile.
        case people
        /// It becomes a piece of work that the agent has.
        case work
        case done
        /// The Flex side does not take the customer: he stays in the app's conversation, and the agent is told.
        case stays
    }

    /// Whom it is about.
    struct Customer: Hashable, Sendable {
        /// His telephone and the app's number; nil for one who has an identity in the app.
        var binding: ProjectParticipant.Binding?
        /// The name in the app, decoded; empty for a telephone.
        var name = ""
    }

    private(set) var step = Step.copy
    let customer: Customer
    /// The agent who began it: a Frontline identity, decoded.
    let agent: String
    /// When the creation of the work was begun: whoever finds this looks for it before he makes it.
    private(set) var workIntent: Timestamp?
    /// Why a message that was written before could not be copied; it ends in the dead letters.
    private(set) var refusal: String?
    /// Why the customer stays in the app.
    private(set) var reason: String?

    init(customer: Customer, agent: String) {
        self.customer = customer
        self.agent = agent
    }

    var isOver: Bool { step == .done || step == .stays }
    /// Whether the people of both sides must be left as they are, because the customer is on his way.
    var isMoving: Bool { [.copy, .join, .leave].contains(step) }

    // MARK: Results

    /// A message could not be copied: the first reason stands.
    mutating func leftBehind(_ reason: String) { refusal = refusal ?? reason }

    /// What was written before is on the other side, but for what the provider refuses.
    mutating func copied() { if step == .copy { step = .join } }

    /// It goes on after an interruption: whether the customer is still where he had joined is to be seen again.
    mutating func resumed() { if step == .leave { step = .join } }

    mutating func joined() { if step == .join { step = .leave } }

    /// The Flex side refuses the customer for good.
    mutating func refused(_ reason: String) {
        guard step == .join else { return }
        self.reason = reason
        step = .stays
    }

    mutating func left() { if step == .leave { step = .people } }

    /// Everybody is there; `isWorkWanted`: whether there is work to be made of it.
    mutating func peopled(isWorkWanted: Bool) {
        if step == .people { step = isWorkWanted ? .work : .done }
    }

    /// The creation of the work is about to be begun.
    mutating func openingWork(at time: Timestamp) { if step == .work { workIntent = time } }

    /// The creation has certainly not happened.
    mutating func workNotOpened() { workIntent = nil }

    mutating func opened() {
        guard step == .work else { return }
        workIntent = nil
        step = .done
    }

    /// How long still the work that was begun may appear by itself; nil: nothing was begun, or not any more.
    func wait(horizon: Duration, now: Timestamp) -> Duration? {
        guard let end = workIntent?.advanced(by: horizon), now < end else { return nil }
        return now.duration(to: end)
    }
}

extension OutgoingMove {
    /// Member of ``PairRecord/agents``.
    static let member = "outgoing"

    /// The move of a pair; nil: none was begun.
    init?(_ record: PairRecord) {
        if let json = record.agents[Self.member] {
            self.init(json)
        } else if record.origin == .frontline, record.task.task.isEmpty, let note = record.agents["customer"] {
            // As it was noted before there were steps, before it took the customer out of the app.
            guard let binding = ProjectParticipant.Binding(note) else { return nil }
            self.init(customer: Customer(binding: binding), agent: "")
        } else {
            return nil
        }
    }

    var json: JSONValue {
        var object = JSONObject([("step", .string(step.rawValue)), ("agent", .string(agent))])
        if let binding = customer.binding { object["customer"] = binding.json }
        if !customer.name.isEmpty { object["name"] = .string(customer.name) }
        object["workIntent"] = workIntent?.json
        object["refusal"] = refusal.map { .string($0) }
        object["reason"] = reason.map { .string($0) }
        return .object(object)
    }

    init?(_ json: JSONValue) {
        guard let step = json["step"]?.string.flatMap(Step.init), let agent = json["agent"]?.string else { return nil }
        let binding = json["customer"].flatMap(ProjectParticipant.Binding.init)
        self.init(customer: Customer(binding: binding, name: json["name"]?.string ?? ""), agent: agent)
        self.step = step
        workIntent = json["workIntent"].flatMap(Timestamp.init(json:))
        refusal = json["refusal"]?.string
        reason = json["reason"]?.string
    }
}

extension ProjectParticipant.Binding {
    fileprivate var json: JSONValue {
        var note = JSONObject([("address", JSONValue.string(address)), ("type", .string(type))])
        note["proxy"] = proxyAddress.map { .string($0) }
        return .object(note)
    }

    fileprivate init?(_ note: JSONValue) {
        guard let address = note["address"]?.string else { return nil }
        self.init(type: note["type"]?.string ?? "sms", address: address, proxyAddress: note["proxy"]?.string)
    }
}
