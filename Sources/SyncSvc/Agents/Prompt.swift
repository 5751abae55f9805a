import Events

/// One reservation about which an agent is asked in the system conversation.
struct Prompt: Hashable, Sendable {
    /// Which kind of work it is, for the wording.
    enum Channel: String, Hashable, Sendable {
        case chat, voice
    }

    let reservation: String
    let task: String
    /// The Flex worker whose reservation it is.
    let worker: String
    let channel: Channel
    /// From here on the reservation cannot be taken any more.
    let expires: Timestamp
    /// The index of the question in the system conversation; nil while it has not been asked.
    var askedIndex: Int?

    init(
        reservation: String, task: String, worker: String, channel: Channel, expires: Timestamp, askedIndex: Int? = nil
    ) {
        self.reservation = reservation
        self.task = task
        self.worker = worker
        self.channel = channel
        self.expires = expires
        self.askedIndex = askedIndex
    }
}

/// How a reservation ended, as far as an agent is told.
enum PromptOutcome: String, Hashable, Sendable, CaseIterable {
    case accepted, declined
    /// Its time passed.
    case expired
    /// Someone else has it, or the customer went.
    case gone
}
