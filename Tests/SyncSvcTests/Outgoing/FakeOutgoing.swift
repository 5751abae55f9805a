import Events
import TwilioREST

@testable import SyncSvc

/// The two projects as far as a move touches them, with a kill before or after any request.
final class FakeOutgoing: OutgoingPlace {
    /// Thrown where the process is killed.
    struct Kill: Error {}

    var isInApp = true
    var isInFlex = false
    /// Whether joining has begun something on the Flex side, such as a Proxy session.
    var isConnected = false
    /// Whether he was ever in neither.
    var wasLost = false
    /// How often the customer got each message of the agent: the app has sent those that were written before.
    var received: [String: Int] = ["hello": 1]
    var flexMessages: [String] = []
    var appMessages = ["hello"]
    var told: [OutgoingNotice] = []
    /// What the record holds; text, so that a kill leaves nothing else.
    var stored: JSONValue?
    var task = PairTask()
    /// Interactions that were made, and when each one's task can be seen.
    var interactions: [Timestamp] = []

    var isWorkWanted = true
    /// A message that the Flex side refuses.
    var refused: String?
    /// The code with which the Flex side refuses the customer.
    var joinRefusal: Int?
    /// Whether the Flex side has a way to a telephone.
    var isReachable = true
    /// Answers to the creation of work that are lost.
    var lostAnswers = 0
    /// How long the provider takes to make the task.
    var taskDelay: Duration = .seconds(2)
    /// Refusals of the creation of work.
    var workRefusals = 0

    var now = Timestamp(unixNanoseconds: 1_700_000_000_000_000_000)
    /// The request before or after which the process is killed, counted from 0.
    var killAt: Int?
    var isKilledAfterwards = false
    private(set) var requests = 0

    private func request<Value>(_ effect: () throws -> Value) throws -> Value {
        defer { requests += 1 }
        if requests == killAt, !isKilledAfterwards { throw Kill() }
        let value = try effect()
        if !isInApp, !isInFlex { wasLost = true }
        if requests == killAt { throw Kill() }
        return value
    }

    static func problem(_ status: Int, _ code: Int?) -> TwilioError {
        .rejected(TwilioProblem(status: status, code: code, product: .flex, method: "POST", route: "/v1"))
    }

    func store(_ move: OutgoingMove, task: PairTask?, telling notice: OutgoingNotice?) async throws {
        try request {
            stored = move.json
            if let task { self.task = task }
            if let notice { told.append(notice) }
        }
    }

    func copy() async throws -> PumpOutcome {
        try request {
            var refusal: PumpOutcome?
            for message in appMessages where !flexMessages.contains(message) {
                guard message != refused else {
                    appMessages.removeAll { $0 == message }
                    refusal = .giveUp(reason: "twilio.rejected")
                    continue
                }
                flexMessages.append(message)
                if isInFlex { received[message, default: 0] += 1 }
            }
            return refusal ?? .done
        }
    }

    func join(_ customer: OutgoingMove.Customer) async throws -> Bool {
        try request {
            isConnected = isReachable
            if let joinRefusal { throw Self.problem(409, joinRefusal) }
            isInFlex = isReachable
            return isReachable
        }
    }

    func giveUpJoining(_ customer: OutgoingMove.Customer) async throws { try request { isConnected = false } }

    func leave(_ customer: OutgoingMove.Customer) async throws { try request { isInApp = false } }

    func bringPeople() async throws { try request {} }

    func findWork() async throws -> PairTask? {
        try request {
            guard interactions.contains(where: { $0 <= now }) else { return nil }
            return PairTask(task: "WT1")
        }
    }

    func openWork() async throws -> PairTask {
        try request {
            if workRefusals > 0 {
                workRefusals -= 1
                throw Self.problem(400, 20_001)
            }
            interactions.append(now.advanced(by: taskDelay))
            if lostAnswers > 0 {
                lostAnswers -= 1
                throw TwilioError.outcomeUnknown(reason: "lost", problem: nil)
            }
            return PairTask(interaction: "KD1")
        }
    }

    func goesOn() async {}
}

extension FakeOutgoing {
    /// Handles the event again and again, as the bus does, until it is settled; the clock goes on while it waits.
    func run(attempts: Int = 20) async throws -> PumpOutcome {
        let mover = OutgoingMover(writeHorizon: .seconds(17))
        let customer = OutgoingMove.Customer(
            binding: ProjectParticipant.Binding(type: "sms", address: "+34600000001", proxyAddress: "+14155550100"))
        for _ in 0..<attempts {
            var move = stored.flatMap { OutgoingMove($0) } ?? OutgoingMove(customer: customer, agent: "ana")
            do {
                let outcome = try await mover.proceed(&move, in: self)
                guard case .again(let delay, _) = outcome else { return outcome }
                now = now.advanced(by: delay ?? .seconds(1))
            } catch is Kill {
                now = now.advanced(by: .seconds(1))
            }
        }
        return .again(after: nil, reason: "out of attempts")
    }
}
