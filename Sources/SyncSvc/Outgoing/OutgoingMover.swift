import Events
import TwilioREST

/// What moving a conversation needs of the two projects and of the pair's record; everything but ``openWork()`` may be
/// repeated.
protocol OutgoingPlace {
    /// Stores the move, with what is known of the work, and has the agent told, all or nothing.
    func store(_ move: OutgoingMove, task: PairTask?, telling notice: OutgoingNotice?) async throws
    /// Copies what is new on either side.
    func copy() async throws -> PumpOutcome
    /// Puts the customer into the Flex conversation, in the way in which its messages reach him.
    ///
    /// False: there is no way.
    func join(_ customer: OutgoingMove.Customer) async throws -> Bool
    /// Takes back what joining has begun on the Flex side, for a customer who is not taken there.
    func giveUpJoining(_ customer: OutgoingMove.Customer) async throws
    /// Replaces the customer's telephone in the app's conversation by an identity.
    func leave(_ customer: OutgoingMove.Customer) async throws
    /// Brings the people of both sides into step.
    func bringPeople() async throws
    /// Whether a piece of work is to be made.
    var isWorkWanted: Bool { get }
    /// The work that was made before, by whomever; nil: there is none.
    func findWork() async throws -> PairTask?
    /// Makes it. Not to be repeated after an unknown outcome.
    func openWork() async throws -> PairTask
    /// Says that the handling goes on.
    func goesOn() async
    var now: Timestamp { get }
}

/// Carries out an ``OutgoingMove``, from wherever it stands.
struct OutgoingMover: Sendable {
    /// How long the provider takes at most to make a task of an Interaction that it has accepted.
    static let workGrace: Duration = .seconds(30)
    /// How often work that was begun is looked for meanwhile.
    static let workPause: Duration = .seconds(5)

    /// How long a write may still take effect after it was begun.
    let writeHorizon: Duration

    /// Goes on until the move is over or has to wait.
    func proceed(_ move: inout OutgoingMove, in place: some OutgoingPlace) async throws -> PumpOutcome {
        move.resumed()
        while !move.isOver {
            await place.goesOn()
            switch move.step {
            case .copy:
                if let outcome = try await copy(&move, in: place) { return outcome }
                move.copied()
                try await place.store(move, task: nil, telling: move.refusal == nil ? nil : .messageLeft)
            case .join:
                // What was written while he could not join: copied afterwards he would get it twice.
                if let outcome = try await copy(&move, in: place) { return outcome }
                do {
                    let isReached = try await place.join(move.customer)
                    if isReached { move.joined() } else { move.refused("sync.telephone_unreachable") }
                    try await place.store(move, task: nil, telling: isReached ? nil : .customerRefused)
                } catch let error as TwilioError {
                    guard case .rejected(let problem) = error, ![401, 403].contains(problem.status) else { throw error }
                    move.refused("\(error.code) status=\(problem.status) code=\(problem.code ?? 0)")
                    try await place.store(move, task: nil, telling: .init(problem))
                }
            case .leave:
                try await place.leave(move.customer)
                move.left()
                try await place.store(move, task: nil, telling: nil)
            case .people:
                try await place.bringPeople()
                if let outcome = try await copy(&move, in: place) { return outcome }
                move.peopled(isWorkWanted: place.isWorkWanted)
                try await place.store(move, task: nil, telling: nil)
            case .work:
                if let outcome = try await work(&move, in: place) { return outcome }
            case .done, .stays: break
            }
        }
        if move.step == .stays {
            try await place.giveUpJoining(move.customer)
            try await place.bringPeople()
            let outcome = try await place.copy()
            guard outcome == .done else { return outcome }
        }
        return move.refusal.map { .giveUp(reason: $0) } ?? .done
    }

    /// Copies what is new; nil: that is done, but for messages that are refused.
    ///
    /// Those go to the dead letters at the end; the customer must not stay behind for them.
    private func copy(_ move: inout OutgoingMove, in place: some OutgoingPlace) async throws -> PumpOutcome? {
        switch try await place.copy() {
        case .done: return nil
        case .giveUp(let reason):
            move.leftBehind(reason)
            return nil
        case let outcome: return outcome
        }
    }

    /// Finds the work or makes it; nil when it is there.
    private func work(_ move: inout OutgoingMove, in place: some OutgoingPlace) async throws -> PumpOutcome? {
        if let task = try await place.findWork() {
            move.opened()
            try await place.store(move, task: task, telling: nil)
            return nil
        }
        if let left = move.wait(horizon: writeHorizon + Self.workGrace, now: place.now) {
            return .again(after: min(left, Self.workPause), reason: "sync.work_open")
        }
        move.openingWork(at: place.now)
        try await place.store(move, task: nil, telling: nil)
        do {
            let task = try await place.openWork()
            move.opened()
            try await place.store(move, task: task, telling: nil)
            return nil
        } catch let error as TwilioError {
            if error.mayHaveTakenEffect { return .again(after: Self.workPause, reason: error.code) }
            move.workNotOpened()
            try await place.store(move, task: nil, telling: nil)
            throw error
        }
    }
}
