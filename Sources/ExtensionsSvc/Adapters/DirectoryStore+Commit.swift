import Bus
import Events
import Hosting
import Wire

/// Changing the draft.
extension DirectoryStore {
    /// What became of edits: the plan, and the draft that it was decided against or has made.
    struct Committed: Sendable {
        let plan: EditPlan
        /// Of the draft, afterwards.
        let revision: UInt64
    }

    /// Does edits, all or none.
    ///
    /// - Parameters:
    ///   - edits: At most ``ChangeSlice/maxChanges`` times two; more are an import.
    ///   - editor: Who wants it.
    /// - Returns: The plan; where it refuses anything, nothing was done.
    /// - Throws: ``DirectoryFailure``, ``BusError``.
    func edit(_ edits: [Edit], by editor: Editor) async throws -> Committed {
        try await inTurn { store in
            var random = SystemRandomNumberGenerator()
            for _ in 0..<Self.maxRounds {
                try await store.refresh()
                let plan = EditPlan(
                    edits, draft: store.draft, rules: store.rules,
                    stamp: .init(by: editor.name, at: store.now()), using: &random)
                guard !plan.isRefused, !plan.changes.isEmpty else {
                    return Committed(plan: plan, revision: store.draft.revision)
                }
                if try await store.write(plan.changes, by: editor) {
                    return Committed(plan: plan, revision: store.draft.revision)
                }
                store.metrics.lostRounds.add()
            }
            throw DirectoryFailure.contended(rounds: Self.maxRounds)
        }
    }

    /// Writes changes as the next revision, in one transaction.
    ///
    /// - Parameters:
    ///   - changes: Decided against the replica as it is.
    ///   - editor: Who wants it.
    ///   - batch: The import that they belong to.
    ///   - pending: What the head says of an import afterwards.
    ///   - extra: Further writes of the same transaction.
    /// - Returns: False when somebody else was first: nothing was done.
    /// - Throws: ``BusError``.
    func write(
        _ changes: [RecordChange], by editor: Editor, batch: String? = nil, pending: DraftHead.Pending? = nil,
        extra: [MapWrite] = []
    ) async throws -> Bool {
        let revision = draft.revision + 1
        let slices = ChangeSlice.cut(changes)
        let token = Self.token()
        var head = head
        head.revision = revision
        head.count += changes.reduce(0) { $0 + ($1.after == nil ? 0 : 1) - ($1.before == nil ? 0 : 1) }
        head.pending = pending
        let entry = LogEntry(revision: revision, token: token, parts: slices.count, changes: changes, batch: batch)
        let events = try ChangeEvent.events(
            slices, revision: revision, headOffset: headOffset, editor: editor, at: now(), batch: batch)
        let outgoing = try events.map { try OutgoingEvent($0) }
        // The log's entry comes first: it lies just behind the events in the journal.
        var writes = [
            MapWrite(
                .put, map: DirectoryMaps.log, key: LogEntry.key(revision), value: entry.bytes,
                ttl: UInt64(history / .milliseconds(1))),
            MapWrite(
                .put, map: DirectoryMaps.head, key: DirectoryMaps.draftKey, value: head.stored,
                expectedRevision: headOffset),
        ]
        writes += changes.compactMap(Self.recordWrite)
        writes += extra
        do throws(BusError) {
            let done = try await bus.transact(publishes: outgoing, writes: writes)
            take(changes, revision: revision)
            adopt(head, offset: done.revisions.count > 1 ? done.revisions[1] : 0)
            return true
        } catch {
            switch error {
            case .revisionMismatch: return false
            case .outcomeUnknown: return try await wasWritten(revision, token: token)
            default: throw error
            }
        }
    }

    /// Whether our transaction happened although its answer was lost.
    private func wasWritten(_ revision: UInt64, token: String) async throws -> Bool {
        let entry = try await bus.map(DirectoryMaps.log).get(LogEntry.key(revision))
        guard let entry, LogEntry(entry.value)?.token == token else { return false }
        try await refresh()
        return true
    }

    private static func recordWrite(_ change: RecordChange) -> MapWrite? {
        if let after = change.after {
            return MapWrite(
                .put, map: DirectoryMaps.records, key: after.id.text, value: JSONValue.object(after.json).bytes)
        }
        return change.before.map { MapWrite(.delete, map: DirectoryMaps.records, key: $0.id.text) }
    }

    /// A text that nobody else uses.
    static func token() -> String {
        var random = SystemRandomNumberGenerator()
        return String(random.next(), radix: 36) + String(random.next(), radix: 36)
    }
}
