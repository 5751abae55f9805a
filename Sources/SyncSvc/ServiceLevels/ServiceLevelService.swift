import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle
import Wire

/// Gathers the facts of tasks and conversations in the group `sync-service-levels`, and sums up what has ended.
struct ServiceLevelService: Service {
    static let group = "sync-service-levels"
    static let filters = ["task.>", "message.added", "conversation.closed"]
    /// How often ended tasks are looked for.
    static let sweepInterval: Duration = .seconds(10)
    /// Conversations whose facts are remembered, at most twice as many.
    static let cacheLimit = 2_048

    /// The facts of a conversation as this process wrote them.
    struct Known: Sendable {
        var facts: ConversationFacts
        var revision: UInt64
    }

    let store: ServiceLevelStore
    /// Sides by the source of events.
    let sides: [String: InteractionSummary.Side]
    let pairs: SyncPairs
    let links: SyncLinks
    let logger: Logger
    let now: @Sendable () -> Timestamp
    private let known = BoundedCache<Known>(limit: cacheLimit)
    private let writes: SharedWrites

    init(
        store: ServiceLevelStore, sides: [String: InteractionSummary.Side], pairs: SyncPairs, links: SyncLinks,
        logger: Logger, now: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        self.sides = sides
        self.pairs = pairs
        self.links = links
        self.logger = logger
        self.now = now
        let bus = store.bus
        writes = SharedWrites { (writes) throws(BusError) in try await bus.transact(writes: writes).revisions }
    }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await consume() }
            group.addTask { await cancelWhenGracefulShutdown { await sweep() } }
            try await group.waitForAll()
        }
    }

    private func consume() async throws {
        var config = GroupConfig(filters: Self.filters)
        config.deliverPolicy = .new
        config.maxDeliver = 50
        config.backoffMs = [20, 200, 2_000]
        // A report may have a hole, but must never stop publishers.
        config.onFloor = .skip
        let options = ConsumeOptions(concurrency: SharedWrites.limit, prefetchEvents: 512, runsOnConnection: true)
        try await store.bus.consume(group: Self.group, config: config, update: true, options: options) { delivery in
            try await handle(delivery)
        }
    }

    private func handle(_ delivery: Delivery) async throws -> Settlement {
        guard let event = try? delivery.event(), event.replayOf == nil, let time = event.time,
            sides[event.source.path] != nil, let data = event.data.json
        else { return .ack }
        if let task = data["taskSid"]?.string {
            guard sides[event.source.path] == .flex else { return .ack }
            return try await take(event, task, time, data)
        }
        guard let conversation = data["conversationSid"]?.string else { return .ack }
        return try await take(event, conversation: conversation, time, data)
    }

    /// Facts of a conversation: what this process wrote last is remembered, so that a message costs one write.
    private func take(
        _ event: Event, conversation: String, _ time: Timestamp, _ data: JSONValue
    ) async throws -> Settlement {
        let key = "c/\(conversation)"
        var (facts, revision) = (ConversationFacts(), UInt64(0))
        if let known = known[key] {
            (facts, revision) = (known.facts, known.revision)
        } else if let entry = try await store.entry(key) {
            (facts, revision) = (ConversationFacts(entry.value) ?? facts, entry.revision)
        }
        guard facts.apply(topic: event.topic.name, time: time, data: data) else { return .ack }
        known[key] = nil
        let written = try await writes.write(store.put(key, facts.json, expecting: revision))
        known[key] = Known(facts: facts, revision: written)
        return .ack
    }

    private func take(_ event: Event, _ task: String, _ time: Timestamp, _ data: JSONValue) async throws -> Settlement {
        let entry = try await store.entry("t/\(task)")
        let before = entry.flatMap { TaskFacts($0.value) } ?? TaskFacts(task: task)
        var facts = before
        facts.apply(topic: event.topic.name, id: event.id.text, time: time, data: data)
        guard facts != before || entry == nil else { return .ack }
        var writes = [store.put("t/\(task)", facts.json, expecting: entry?.revision ?? 0)]
        if let conversation = facts.conversation?.value, before.conversation?.value != conversation {
            writes.append(store.put("x/\(conversation)/\(task)", .bool(true), expecting: nil))
        }
        if let end = facts.ended?.milliseconds {
            writes.append(store.put("e/\(task)", .milliseconds(end), expecting: nil))
        }
        return .transaction(writes: writes)
    }

    private func sweep() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.sweepInterval)
            do {
                for task in try await store.due(at: now()) { try await sumUp(task) }
            } catch {
                // Nothing is lost: what is due stays due.
                logger.debug("Interactions could not be summed up", metadata: [LogKeys.error: "\(error)"])
            }
        }
    }

    private func sumUp(_ task: String) async throws {
        guard let facts = try await store.task(task) else { return }
        var tasks = [facts]
        var conversations: [(side: InteractionSummary.Side, facts: ConversationFacts)] = []
        var sids: [String] = []
        if let conversation = facts.conversation?.value {
            for other in try await store.tasks(about: conversation) where other != task {
                if let found = try await store.task(other) { tasks.append(found) }
            }
            sids = [conversation]
            if let sid = try? ConversationSID(conversation), let pair = try await links.pair(of: sid),
                let other = try await pairs.entry(pair)?.record.conversations.frontline
            {
                sids.append(other.text)
            }
            for (index, sid) in sids.enumerated() {
                guard let found = try await store.conversation(sid) else { continue }
                conversations.append((index == 0 ? .flex : .frontline, found))
            }
        }
        guard let interaction = InteractionSummary(tasks: tasks, conversations: conversations) else { return }
        try await store.finish(interaction, conversations: sids)
    }
}
