import ArgumentParser
import Events
import Wire

/// Options that make up the configuration of a group.
struct GroupOptions: ParsableArguments {
    @Option(
        name: .customLong("filter"), help: "Topics: task.>, *.added, message.added. Repeatable. Default: all but sys.")
    var filters: [String] = []
    @Option(help: "Where a new group starts: all, new, offset:N, time:T, or a length: 2h.")
    var from = "all"
    @Option(help: "Milliseconds until an event without an answer goes to somebody else.")
    var ackWait = 30_000
    @Option(help: "Deliveries of one event at most.")
    var maxDeliver = 5
    @Option(help: "Milliseconds before each further delivery, separated by commas; the last one repeats.")
    var backoff = "1000,5000,30000"
    @Option(help: "Afterwards: skip (only this event becomes a dead letter) or park_key (the key waits for you).")
    var onExhausted = "skip"
    @Option(help: "At the disk floor: refuse_publishers or skip (this group loses its oldest).")
    var onFloor = "skip"

    /// The group's configuration.
    ///
    /// - Parameter now: Nanoseconds since 1970, for lengths.
    /// - Returns: A configuration in which every value is in range.
    /// - Throws: ``CommandFailure`` naming the option.
    func config(now: UInt64) throws -> GroupConfig {
        let selection: TopicSelection
        let start: StartPosition?
        do throws(StartPosition.Problem) {
            selection = try TopicSelection(filters)
            start = from == "all" ? nil : try StartPosition(from)
        } catch {
            throw CommandFailure(error)
        }
        var config = GroupConfig(filters: selection.filters.isEmpty ? [">"] : selection.filters.map(\.pattern))
        switch start {
        case nil: config.deliverPolicy = .all
        case .new: config.deliverPolicy = .new
        case .offset(let offset): (config.deliverPolicy, config.startOffset) = (.byOffset, offset)
        case .time(let time): (config.deliverPolicy, config.startTime) = (.byTime, time)
        case .ago(let length):
            let nanoseconds = UInt64(length.components.seconds) * 1_000_000_000
            (config.deliverPolicy, config.startTime) = (.byTime, now > nanoseconds ? now - nanoseconds : 0)
        case .last:
            throw CommandFailure(
                "--from last:N is for watching; a group starts at all, new, offset:N or time:T.", .usage)
        }
        config.ackWaitMs = ackWait
        config.maxDeliver = maxDeliver
        config.backoffMs = try milliseconds(backoff)
        guard let exhausted = GroupConfig.OnExhausted(rawValue: onExhausted) else {
            throw CommandFailure("--on-exhausted takes skip or park_key, not '\(onExhausted)'.", .usage)
        }
        guard let floor = GroupConfig.OnFloor(rawValue: onFloor) else {
            throw CommandFailure("--on-floor takes refuse_publishers or skip, not '\(onFloor)'.", .usage)
        }
        config.onExhausted = exhausted
        config.onFloor = floor
        if let problem = config.problem() { throw CommandFailure(problem + ".", .usage) }
        return config
    }

    private func milliseconds(_ text: String) throws -> [Int] {
        try text.split(separator: ",").map { part in
            guard let number = Int(part.filter { $0 != " " }) else {
                throw CommandFailure("--backoff takes milliseconds such as 1000,5000,30000, not '\(text)'.", .usage)
            }
            return number
        }
    }
}
