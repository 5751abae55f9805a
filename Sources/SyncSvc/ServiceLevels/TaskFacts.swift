import Events

/// What the events of one task say about it: the same set of events gives the same facts in every order.
struct TaskFacts: Hashable, Sendable {
    /// How a task ended.
    enum Outcome: String, Comparable, Sendable {
        case canceled, completed

        static func < (left: Outcome, right: Outcome) -> Bool { left.rawValue < right.rawValue }
    }

    let task: String
    /// When it began, in milliseconds since 1970.
    var created: UInt64?
    /// Who took it first, and who last.
    var firstAccepted: Reading<String>?
    var lastAccepted: Reading<String>?
    /// When the work with the customer ended and wrap-up began.
    var wrapping: UInt64?
    var ended: Reading<Outcome>?
    var queue: Reading<String>?
    var channel: Reading<String>?
    /// The conversation or channel it is about; nil for voice.
    var conversation: Reading<String>?
    /// Names of all workers it was offered to.
    var workers: Set<String> = []
    /// How often a transfer of it was completed.
    var transfers: Set<String> = []

    init(task: String) {
        self.task = task
    }

    /// Takes an event of the topics `task.…` into account.
    ///
    /// - Parameters:
    ///   - topic: The event's topic.
    ///   - id: Its id, to count transfers once.
    ///   - time: When it happened.
    ///   - data: The webhook's data.
    mutating func apply(topic: String, id: String, time: Timestamp, data: JSONValue) {
        let at = time.unixMilliseconds
        let isOfTask = data["reservationSid"]?.string == nil
        if let seconds = data["taskDateCreated"]?.integer, seconds > 0 {
            note(created: UInt64(seconds) * 1_000)
        }
        describe(data, at: at)
        switch topic {
        case "task.created": note(created: at, isExact: true)
        case "task.accepted":
            let reading = Reading(milliseconds: at, value: data["workerName"]?.string ?? "")
            firstAccepted = .earliest(firstAccepted, reading)
            lastAccepted = .latest(lastAccepted, reading)
        case "task.wrapping" where isOfTask: wrapping = min(wrapping ?? at, at)
        case "task.completed" where isOfTask:
            ended = .earliest(ended, Reading(milliseconds: at, value: .completed))
        case "task.canceled" where isOfTask:
            ended = .earliest(ended, Reading(milliseconds: at, value: .canceled))
        case "task.transferred": transfers.insert(id)
        default: break
        }
    }

    /// `taskDateCreated` has whole seconds; the event of the creation itself is exact and wins within its second.
    private mutating func note(created at: UInt64, isExact: Bool = false) {
        guard let known = created else {
            created = at
            return
        }
        if known / 1_000 == at / 1_000 {
            created = isExact ? at : max(known, at)
        } else {
            created = min(known, at)
        }
    }

    private mutating func describe(_ data: JSONValue, at: UInt64) {
        if let name = data["workerName"]?.string, !name.isEmpty { workers.insert(name) }
        if let name = data["taskQueueName"]?.string, !name.isEmpty {
            queue = .latest(queue, Reading(milliseconds: at, value: name))
        }
        let attributes = data["taskAttributes"]
        if let name = attributes?["channelType"]?.string ?? data["taskChannelUniqueName"]?.string, !name.isEmpty {
            channel = .latest(channel, Reading(milliseconds: at, value: name))
        }
        // The old dialect's transfer strips the channel from the task, so the first that was named stands.
        if let sid = attributes?["conversationSid"]?.string ?? attributes?["channelSid"]?.string, !sid.isEmpty {
            conversation = .earliest(conversation, Reading(milliseconds: at, value: sid))
        }
    }

    /// When the customer's part of it was over; nil while it runs.
    var over: UInt64? {
        guard let ended else { return nil }
        return min(wrapping ?? ended.milliseconds, ended.milliseconds)
    }
}
