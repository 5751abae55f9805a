import Bus
import Directory
import Events
import Hosting
import Logging
import Wire

/// This process's replica of the directory, and the one way to change it.
///
/// One task at a time is inside; each begins with a look at the heads behind the Broker, so that it sees every change
/// that was answered before it began, whichever process made it.
actor DirectoryStore {
    /// Attempts at a change that others forestall.
    static let maxRounds = 64
    /// Tasks that wait for their turn.
    static let maxWaiting = 512
    /// Revisions that are caught up one by one; behind more, everything is read anew.
    static let maxCatchUp = 2_000

    let bus: BusConnection
    let rules: DirectoryRules
    let history: Duration
    let metrics: ExtensionsMetrics
    let logger: Logger
    let now: @Sendable () -> Timestamp
    /// Names this process in what it writes.
    let instance: String

    var draft = Draft()
    var head = DraftHead()
    /// Where the head lies in the journal; 0: there is none.
    var headOffset: UInt64 = 0
    var published = PublishedHead.none
    var publishedOffset: UInt64 = 0
    var publish: PublishState?
    var publishOffset: UInt64 = 0
    /// Whose lease runs; nil: nobody's.
    var lease: String?
    var comparison = PublishedComparison()
    var roster = WorkerRoster.unknown
    /// Sorted listings of this revision.
    var sorted: [Listing.Key: [Listing.Row]] = [:]
    /// Chunks of the published version, read.
    var chunks: [String: [DirectoryEntry]] = [:]
    private var isLoaded = false

    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(
        bus: BusConnection, rules: DirectoryRules, history: Duration, instance: String,
        metrics: ExtensionsMetrics, logger: Logger,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.bus = bus
        self.rules = rules
        self.history = history
        self.instance = instance
        self.metrics = metrics
        self.logger = logger
        self.now = now
    }

    /// Lets one task through at a time, in the order of arrival.
    ///
    /// - Throws: ``DirectoryFailure/busy(limit:)`` when too many wait; what `body` throws.
    func inTurn<Value: Sendable>(_ body: (isolated DirectoryStore) async throws -> Value) async throws -> Value {
        if isBusy {
            guard waiting.count < Self.maxWaiting else { throw DirectoryFailure.busy(limit: Self.maxWaiting) }
            await withCheckedContinuation { waiting.append($0) }
        }
        isBusy = true
        defer {
            if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
        }
        return try await body(self)
    }

    /// Brings the replica to what is behind the Broker now.
    func refresh() async throws {
        let known = headOffset
        let entries = try await heads()
        let draftEntry = entries[DirectoryMaps.draftKey]
        if !isLoaded || (draftEntry?.revision ?? 0) < known {
            try await reload()
        } else if let draftEntry, draftEntry.revision != headOffset {
            try await follow(draftEntry)
        }
        try await adoptPublished(entries[DirectoryMaps.publishedKey])
        try adoptPublish(entries[DirectoryMaps.publishKey])
        lease = entries[DirectoryMaps.leaseKey].map { String(decoding: $0.value, as: UTF8.self) }
        metrics.records.set(draft.count)
        metrics.differences.set(comparison.differences.count)
        metrics.version.set(published.version)
        if head.pending != nil { try await materialise() }
    }

    /// ``refresh()``, for callers outside.
    func refreshInTurn() async throws { try await inTurn { store in try await store.refresh() } }

    private func heads() async throws -> [String: MapEntry] {
        var entries: [String: MapEntry] = [:]
        for entry in try await bus.map(DirectoryMaps.head).all() { entries[entry.key] = entry }
        return entries
    }

    /// Takes the draft's head after the records are as it says.
    func adopt(_ head: DraftHead, offset: UInt64) {
        self.head = head
        headOffset = offset
    }

    /// Follows the draft's head after somebody else was first.
    func followHead() async throws {
        guard let entry = try await bus.map(DirectoryMaps.head).get(DirectoryMaps.draftKey) else {
            return try await reload()
        }
        if entry.revision != headOffset { try await follow(entry) }
    }

    private func follow(_ entry: MapEntry) async throws {
        guard let next = DraftHead(stored: entry.value) else { throw unreadable(entry) }
        guard next.revision >= draft.revision, next.revision - draft.revision <= UInt64(Self.maxCatchUp),
            try await catchUp(to: next.revision)
        else { return try await reload() }
        adopt(next, offset: entry.revision)
    }

    /// Applies what others changed, revision by revision; false when the journal does not have it all any more.
    private func catchUp(to revision: UInt64) async throws -> Bool {
        guard revision > draft.revision else { return true }
        for entry in try await log(newest: revision, oldest: draft.revision + 1).reversed() {
            guard entry.entry.revision == draft.revision + 1,
                let events = try await changeEvents(of: entry.entry, at: entry.offset)
            else { return false }
            take(events.flatMap(\.changes), revision: entry.entry.revision)
        }
        return draft.revision == revision
    }

    /// Applies changes that are in the journal.
    func take(_ changes: [RecordChange], revision: UInt64) {
        draft.apply(changes, revision: revision)
        comparison.look(at: changes, in: draft)
        for key in sorted.keys where sorted[key].map({ !Listing.isCheap(changes, for: $0.count) }) ?? false {
            sorted[key] = nil
        }
        for key in Array(sorted.keys) {
            guard var rows = sorted.removeValue(forKey: key), Listing.update(&rows, with: changes, by: key) else {
                continue
            }
            sorted[key] = rows
        }
    }

    /// Reads everything anew.
    private func reload() async throws {
        draft = Draft()
        var head = DraftHead()
        var offset: UInt64 = 0
        if let entry = try await bus.map(DirectoryMaps.head).get(DirectoryMaps.draftKey) {
            guard let stored = DraftHead(stored: entry.value) else {
                throw DirectoryFailure.unreadable(map: DirectoryMaps.head, key: entry.key)
            }
            (head, offset) = (stored, entry.revision)
        }
        let entries = try await bus.map(DirectoryMaps.records).all()
        var records: [ExtensionRecord] = []
        records.reserveCapacity(entries.count)
        for entry in entries {
            guard let record = (try? JSONValue(parsing: entry.value)).flatMap({ ExtensionRecord($0) }) else {
                throw DirectoryFailure.unreadable(map: DirectoryMaps.records, key: entry.key)
            }
            records.append(record)
        }
        // What was listed may be newer than the head that was read before; the log says which changes came meanwhile,
        // and applying one again changes nothing.
        draft = Draft(records, revision: head.revision)
        comparison = PublishedComparison(entries: comparison.entries.values, draft: draft)
        sorted.removeAll()
        adopt(head, offset: offset)
        isLoaded = true
        logger.info("The directory was read", metadata: ["count": "\(draft.count)", "revision": "\(head.revision)"])
        guard let entry = try await bus.map(DirectoryMaps.head).get(DirectoryMaps.draftKey), entry.revision != offset
        else { return }
        guard let latest = DraftHead(stored: entry.value) else {
            throw DirectoryFailure.unreadable(map: DirectoryMaps.head, key: entry.key)
        }
        guard try await catchUp(to: latest.revision) else {
            isLoaded = false
            throw DirectoryFailure.contended(rounds: 1)
        }
        adopt(latest, offset: entry.revision)
    }

    private func adoptPublished(_ entry: MapEntry?) async throws {
        guard let entry, entry.revision != publishedOffset else { return }
        guard let next = PublishedHead(stored: entry.value) else { throw unreadable(entry) }
        let entries = try await entriesOf(version: next.version)
        adoptPublished(next, offset: entry.revision, entries: entries)
    }

    func adoptPublished(_ head: PublishedHead, offset: UInt64, entries: [DirectoryEntry]) {
        comparison = PublishedComparison(entries: entries, draft: draft)
        published = head
        publishedOffset = offset
    }

    private func adoptPublish(_ entry: MapEntry?) throws {
        guard let entry, entry.revision != publishOffset else { return }
        guard let state = PublishState(stored: entry.value) else { throw unreadable(entry) }
        publish = state
        publishOffset = entry.revision
    }

    private func unreadable(_ entry: MapEntry) -> DirectoryFailure {
        .unreadable(map: DirectoryMaps.head, key: entry.key)
    }
}
