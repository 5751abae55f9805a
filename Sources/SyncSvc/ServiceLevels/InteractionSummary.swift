import Events

/// How one interaction with a customer went: made from everything known about its tasks and conversations.
struct InteractionSummary: Hashable, Sendable {
    /// What one agent's answers took.
    struct Responses: Hashable, Sendable {
        var count = 0
        var totalMilliseconds: UInt64 = 0
        var longestMilliseconds: UInt64 = 0

        mutating func add(_ milliseconds: UInt64) {
            count += 1
            totalMilliseconds += milliseconds
            longestMilliseconds = max(longestMilliseconds, milliseconds)
        }

        var averageMilliseconds: UInt64? { count == 0 ? nil : totalMilliseconds / UInt64(count) }
    }

    /// Where the agents of a conversation work, which decides who an author is.
    enum Side: String, Hashable, Sendable {
        /// The desk: customers and agents both have identities; agents are the workers of the task.
        case flex
        /// The mobile app: whoever has an identity is an agent, customers write from numbers or are copies.
        case frontline
    }

    /// The conversation's SID, or the task's where there is none.
    let key: String
    let firstTask: String
    let tasks: [String]
    let queue: String?
    let channel: String?
    /// Who took it first.
    let agent: String?
    let outcome: String
    let startedMilliseconds: UInt64
    let endedMilliseconds: UInt64
    let waitMilliseconds: UInt64?
    private(set) var firstResponseMilliseconds: UInt64?
    private(set) var responses = Responses()
    private(set) var responsesByAgent: [String: Responses] = [:]
    private(set) var customerMessages = 0
    private(set) var agentMessages = 0
    let transfers: Int
    let isTruncated: Bool

    var durationMilliseconds: UInt64 { endedMilliseconds - startedMilliseconds }

    /// Joins what is known; nil while one of its tasks has not ended, or when no event said when it began.
    ///
    /// - Parameters:
    ///   - tasks: All tasks of the interaction.
    ///   - conversations: Its conversations on both sides; none for voice.
    init?(tasks: [TaskFacts], conversations: [(side: Side, facts: ConversationFacts)]) {
        let tasks = tasks.sorted { ($0.created ?? .max, $0.task) < ($1.created ?? .max, $1.task) }
        guard let first = tasks.first, let start = first.created, tasks.allSatisfy({ $0.ended != nil }),
            let lastOver = tasks.compactMap(\.over).max()
        else { return nil }
        let closed = conversations.compactMap(\.facts.closed).min() ?? .max
        let end = min(lastOver, closed)
        let accepted = tasks.compactMap(\.firstAccepted).min { Reading.precedes($0, $1) }
        key = tasks.compactMap(\.conversation).min { Reading.precedes($0, $1) }?.value ?? first.task
        firstTask = first.task
        self.tasks = tasks.map(\.task)
        queue = tasks.compactMap(\.queue).max { Reading.precedes($0, $1) }?.value
        channel = tasks.compactMap(\.channel).max { Reading.precedes($0, $1) }?.value
        agent = accepted?.value
        outcome = accepted == nil ? "abandoned" : tasks.last?.ended?.value.rawValue ?? ""
        startedMilliseconds = start
        endedMilliseconds = max(start, end)
        waitMilliseconds = accepted.map { $0.milliseconds - min(start, $0.milliseconds) }
        transfers = tasks.reduce(0) { $0 + $1.transfers.count } + tasks.count - 1
        isTruncated = conversations.contains { $0.facts.isTruncated }
        measure(conversations, workers: tasks.reduce(into: Set()) { $0.formUnion($1.workers) })
    }

    private struct Line {
        var milliseconds: UInt64
        /// Nil for the customer.
        var agent: String?

        static func precedes(_ left: Line, _ right: Line) -> Bool {
            // Of a question and an answer in the same millisecond the question was first.
            (left.milliseconds, left.agent ?? "") < (right.milliseconds, right.agent ?? "")
        }
    }

    private mutating func measure(
        _ conversations: [(side: Side, facts: ConversationFacts)], workers: Set<String>
    ) {
        let lines = conversations.flatMap { side, facts in
            facts.points.map { point in
                let isAgent =
                    point.author != ConversationFacts.phone
                    && (side == .frontline || workers.contains(point.author))
                return Line(milliseconds: point.milliseconds, agent: isAgent ? point.author : nil)
            }
        }.sorted(by: Line.precedes)
        var waitingSince: UInt64?
        let firstQuestion = lines.first { $0.agent == nil }?.milliseconds ?? startedMilliseconds
        for line in lines {
            guard let agent = line.agent else {
                customerMessages += 1
                waitingSince = waitingSince ?? line.milliseconds
                continue
            }
            agentMessages += 1
            if firstResponseMilliseconds == nil, line.milliseconds >= firstQuestion {
                firstResponseMilliseconds = line.milliseconds - firstQuestion
            }
            if let since = waitingSince {
                responses.add(line.milliseconds - since)
                responsesByAgent[agent, default: Responses()].add(line.milliseconds - since)
                waitingSince = nil
            }
        }
    }
}
