import Events

/// Asks one agent about reservations, one question at a time, and ties each answer to exactly one of them.
///
/// Knows nothing of clocks and HTTP: it takes what happened and `now`, and returns what is to be done. A question waits
/// while another one is open, so that `1` can only mean the one the agent sees last; an answer counts for a question only
/// when it was written after it (rule G-13).
struct PromptDesk: Hashable, Sendable {
    /// Something to be done, in order.
    enum Action: Hashable, Sendable {
        /// Post the question; then report with ``asked(_:index:)``.
        case ask(Prompt)
        case accept(Prompt)
        case decline(Prompt)
        /// Tell the agent something; `cause` makes the message's tag.
        case say(Notice, cause: String)
    }

    /// What an agent is told besides questions.
    enum Notice: String, Hashable, Sendable, CaseIterable {
        /// The answer came, but there is no open question.
        case nothingWaiting
        /// The answer came after the reservation's time.
        case expired
        /// Someone else has it, or it was withdrawn.
        case gone
    }

    /// A message of the agent in the system conversation.
    struct Reply: Hashable, Sendable {
        let message: String
        let index: Int
        let command: PromptCommand
    }

    /// A question that is over, kept to answer late replies politely.
    struct Closed: Hashable, Sendable {
        let reservation: String
        let askedIndex: Int?
        let outcome: PromptOutcome
        /// The message that decided it.
        let reply: String?
    }

    /// Open questions at most; TaskRouter gives no agent as many reservations.
    ///
    /// The oldest is dropped beyond.
    static let maxOpen = 16
    /// Closed questions remembered at most.
    static let maxClosed = 16

    /// The first one is being asked; the others wait.
    private(set) var open: [Prompt] = []
    private(set) var closed: [Closed] = []

    init(open: [Prompt] = [], closed: [Closed] = []) {
        self.open = open
        self.closed = closed
    }

    /// A reservation was created.
    mutating func reserved(_ prompt: Prompt, now: Timestamp) -> [Action] {
        let isKnown =
            open.contains { $0.reservation == prompt.reservation }
            || closed.contains { $0.reservation == prompt.reservation }
        if !isKnown { open.append(prompt) }
        if open.count > Self.maxOpen { close(open[0], .gone) }
        return next(now)
    }

    /// A question stands in the system conversation at this index.
    mutating func asked(_ reservation: String, index: Int) {
        guard let position = open.firstIndex(where: { $0.reservation == reservation }) else { return }
        open[position].askedIndex = index
    }

    /// A reservation ended, by whatever way: its question closes and the next one is asked.
    mutating func ended(_ reservation: String, _ outcome: PromptOutcome, now: Timestamp) -> [Action] {
        if let prompt = open.first(where: { $0.reservation == reservation }) { close(prompt, outcome) }
        return next(now)
    }

    /// The agent wrote a command.
    mutating func replied(_ reply: Reply, now: Timestamp) -> [Action] {
        guard !closed.contains(where: { $0.reply == reply.message }) else { return next(now) }
        if let prompt = open.first, let asked = prompt.askedIndex, reply.index > asked {
            guard now < prompt.expires else {
                close(prompt, .expired, by: reply.message)
                return [.say(.expired, cause: reply.message)] + next(now)
            }
            close(prompt, reply.command == .accept ? .accepted : .declined, by: reply.message)
            return [reply.command == .accept ? .accept(prompt) : .decline(prompt)] + next(now)
        }
        // Written before the question that is open now: meant for an earlier one, or for none.
        let meant = closed.last { $0.askedIndex.map { $0 < reply.index } ?? false }
        let notice: Notice? =
            switch meant?.outcome {
            case .expired: .expired
            case .gone: .gone
            // Answered already: a second "1" after the first is no mistake worth a word.
            case .accepted, .declined: nil
            case nil: .nothingWaiting
            }
        return (notice.map { [.say($0, cause: reply.message)] } ?? []) + next(now)
    }

    /// The provider did not let an accepted reservation be accepted: it had ended already.
    mutating func refused(_ reservation: String, _ outcome: PromptOutcome) -> [Action] {
        guard let position = closed.lastIndex(where: { $0.reservation == reservation }) else { return [] }
        let was = closed[position]
        closed[position] = Closed(
            reservation: reservation, askedIndex: was.askedIndex, outcome: outcome, reply: was.reply)
        return [.say(outcome == .expired ? .expired : .gone, cause: was.reply ?? reservation)]
    }

    /// Drops questions whose time has passed, and asks the first that is left unless it is asked already.
    private mutating func next(_ now: Timestamp) -> [Action] {
        while let prompt = open.first, now >= prompt.expires { close(prompt, .expired) }
        guard let prompt = open.first, prompt.askedIndex == nil else { return [] }
        return [.ask(prompt)]
    }

    private mutating func close(_ prompt: Prompt, _ outcome: PromptOutcome, by reply: String? = nil) {
        open.removeAll { $0.reservation == prompt.reservation }
        closed.append(
            Closed(
                reservation: prompt.reservation, askedIndex: prompt.askedIndex, outcome: outcome, reply: reply))
        if closed.count > Self.maxClosed { closed.removeFirst(closed.count - Self.maxClosed) }
    }
}
