import Bus
import Events
import Hosting
import Logging
import Wire

extension BatchInfo {
    fileprivate var write: MapWrite { MapWrite(.put, map: DirectoryMaps.imports, key: name, value: bytes) }
}

/// Many changes at once: staged, committed by one write of the head, then put into the records slice by slice.
///
/// A batch of one slice needs no staging: it is one revision. All can be undone while they are kept.
extension DirectoryStore {
    /// Bytes of staged slices in one transaction.
    static let stagedBytesPerWrite = 1 << 20
    /// Rounds that a large batch may lose against others before it gives up.
    static let maxBatchRounds = 8

    /// Revisions that are searched for a batch.
    static let maxSearched = 10_000

    /// Changes that are kept for undoing at most, of all batches together; the oldest are given up first.
    static let maxKeptChanges = 250_000

    /// What was decided, and the batch that it became.
    struct Batch<Decision: Sendable>: Sendable {
        let decision: Decision
        /// Nil when nothing was written.
        let name: String?
        /// Of the draft, afterwards.
        let revision: UInt64
    }

    /// Decides and commits a batch.
    ///
    /// - Parameters:
    ///   - editor: Who wants it.
    ///   - keep: How long it can be undone.
    ///   - name: Of the batch.
    ///   - decide: Called with the draft as it is, and again when others were first; says which changes it means.
    /// - Returns: The last decision; nothing was written where it means no changes.
    /// - Throws: ``DirectoryFailure``, ``BusError``.
    func batch<Decision: Sendable>(
        by editor: Editor, keep: Duration, name: String = DirectoryStore.token(),
        _ decide: @Sendable (Draft) throws -> (Decision, [RecordChange])
    ) async throws -> Batch<Decision> {
        try await inTurn { store in
            try await store.refresh()
            try await store.cleanBatches(keep: keep)
            for _ in 0..<Self.maxBatchRounds {
                try await store.refresh()
                let (decision, changes) = try decide(store.draft)
                guard !changes.isEmpty else {
                    return Batch(decision: decision, name: nil, revision: store.draft.revision)
                }
                let info = BatchInfo(name: name, by: editor, at: store.now(), count: changes.count)
                guard try await store.commit(changes, info) else { continue }
                return Batch(decision: decision, name: info.name, revision: store.draft.revision)
            }
            throw DirectoryFailure.contended(rounds: Self.maxBatchRounds)
        }
    }

    /// False when somebody else was first.
    private func commit(_ changes: [RecordChange], _ info: BatchInfo) async throws -> Bool {
        let slices = ChangeSlice.cut(changes)
        var info = info
        info.slices = slices.count
        if slices.count == 1 {
            let writes = [info.write] + slices.enumerated().map { Self.sliceWrite($1, $0, of: info) }
            return try await write(changes, by: info.by, batch: info.name, extra: writes)
        }
        do {
            try await stage(slices, info)
        } catch {
            // What cannot be staged as a whole is not to fill the Broker.
            try? await delete(info)
            throw error
        }
        var next = head
        next.pending = DraftHead.Pending(batch: info.name, slices: slices.count, done: 0)
        let own = MapWrite(
            .put, map: DirectoryMaps.head, key: DirectoryMaps.draftKey, value: next.stored, expectedRevision: headOffset
        )
        do throws(BusError) {
            let done = try await bus.transact(writes: [own])
            adopt(next, offset: done.revisions.first ?? 0)
        } catch {
            switch error {
            case .revisionMismatch:
                try await delete(info)
                return false
            case .outcomeUnknown:
                // The head says whether it happened.
                guard let entry = try await bus.map(DirectoryMaps.head).get(DirectoryMaps.draftKey),
                    DraftHead(stored: entry.value)?.pending?.batch == info.name
                else { return try await isLogged(info.name) }
            default: throw error
            }
        }
        try await refresh()
        return true
    }

    /// Whether a batch is in the history: others may have put it into the records already.
    private func isLogged(_ batch: String) async throws -> Bool {
        try await refresh()
        return try await isLogged(batch, through: draft.revision)
    }

    /// Whether a batch is in the history up to a revision.
    func isLogged(_ batch: String, through revision: UInt64) async throws -> Bool {
        try await log(newest: revision, oldest: 1, limit: Self.maxSearched).contains { $0.entry.batch == batch }
    }

    private func stage(_ slices: [ChangeSlice], _ info: BatchInfo) async throws {
        var writes = [info.write]
        var bytes = 0
        for (index, slice) in slices.enumerated() {
            writes.append(Self.sliceWrite(slice, index, of: info))
            bytes += slice.bytes.count
            guard bytes >= Self.stagedBytesPerWrite || index == slices.count - 1 else { continue }
            _ = try await bus.transact(writes: writes)
            (writes, bytes) = ([], 0)
        }
    }

    private static func sliceWrite(_ slice: ChangeSlice, _ index: Int, of info: BatchInfo) -> MapWrite {
        MapWrite(.put, map: DirectoryMaps.batches, key: info.key(of: index), value: slice.bytes)
    }

    /// Puts the rest of a pending import into the records, beside others who may do the same.
    func materialise() async throws {
        while let pending = head.pending {
            let info = try await batchInfo(pending.batch)
            guard let info, let slice = try await slice(info, pending.done) else {
                // This request fails; the next one finds a directory that works.
                try await giveUp(pending, info, "a staged part of it is missing")
                throw DirectoryFailure.unreadable(map: DirectoryMaps.batches, key: pending.batch)
            }
            let revision = draft.revision + 1
            let changes = slice.changes.map { change in
                guard var after = change.after else { return change }
                after.revision = revision
                return RecordChange(before: change.before, after: after)
            }
            var next: DraftHead.Pending? = pending
            next?.done += 1
            if next?.done == pending.slices { next = nil }
            let isFirst: Bool
            do {
                isFirst = try await write(changes, by: info.by, batch: info.name, pending: next)
            } catch {
                guard Self.isFull(error) else { throw error }
                guard try await freeSpace(for: info, done: pending.done) else {
                    if pending.done == 0 { try await giveUp(pending, info, "the Broker's maps are full") }
                    throw error
                }
                continue
            }
            if !isFirst { try await followHead() }
        }
    }

    /// Ends a committed import whose rest cannot be put into the records.
    ///
    /// Whoever was overtaken changes nothing. What of it is in the records already stays there, and in the history; the
    /// log says how much.
    private func giveUp(_ pending: DraftHead.Pending, _ info: BatchInfo?, _ reason: String) async throws {
        var next = head
        next.pending = nil
        let own = MapWrite(
            .put, map: DirectoryMaps.head, key: DirectoryMaps.draftKey, value: next.stored, expectedRevision: headOffset
        )
        do throws(BusError) {
            let done = try await bus.transact(writes: [own])
            adopt(next, offset: done.revisions.first ?? 0)
        } catch {
            guard case .revisionMismatch = error else { throw error }
            return try await followHead()
        }
        logger.error(
            "An import was given up",
            metadata: [
                LogKeys.reason: "\(reason)", "batch": "\(pending.batch)",
                "done": "\(pending.done) of \(pending.slices) parts",
            ])
        if let info, pending.done == 0 { try await delete(info) }
    }

    private static func isFull(_ error: any Error) -> Bool {
        guard let error = error as? BusError, case .rejected(let failure) = error else { return false }
        return failure.code == "map.full"
    }

    /// Gives up what is only kept for undoing, so that a committed import ends although the Broker's maps are full.
    ///
    /// - Returns: False when there is nothing left to give up.
    private func freeSpace(for info: BatchInfo, done: Int) async throws -> Bool {
        // Whoever was overtaken must not delete what another process is staging now.
        let stored = try await bus.map(DirectoryMaps.head).get(DirectoryMaps.draftKey)
        guard stored?.revision == headOffset else { return false }
        let others = try await bus.map(DirectoryMaps.imports).all().compactMap { BatchInfo($0.value) }
            .filter { $0.name != info.name }
        for other in others { try await delete(other) }
        var isFreed = !others.isEmpty
        for index in 0..<done where try await slice(info, index) != nil {
            _ = try await bus.transact(writes: [
                MapWrite(.delete, map: DirectoryMaps.batches, key: info.key(of: index))
            ])
            isFreed = true
        }
        return isFreed
    }

    func batchInfo(_ name: String) async throws -> BatchInfo? {
        guard let entry = try await bus.map(DirectoryMaps.imports).get(name) else { return nil }
        return BatchInfo(entry.value)
    }

    /// All changes of a batch in their order; nil when it is not kept.
    func changes(of batch: String) async throws -> [RecordChange]? {
        guard let info = try await batchInfo(batch) else { return nil }
        var changes: [RecordChange] = []
        for index in 0..<info.slices {
            guard let slice = try await slice(info, index) else { return nil }
            changes += slice.changes
        }
        return changes
    }

    private func slice(_ info: BatchInfo, _ index: Int) async throws -> ChangeSlice? {
        let key = info.key(of: index)
        return try await bus.map(DirectoryMaps.batches).get(key).flatMap { ChangeSlice($0.value) }
    }

    /// Deletes batches whose time is over, those that were staged and never committed among them, and the oldest where
    /// too many changes are kept.
    private func cleanBatches(keep: Duration) async throws {
        let limit = now()
        let batches = try await bus.map(DirectoryMaps.imports).all().compactMap { BatchInfo($0.value) }
            .filter { $0.name != head.pending?.batch }.sorted { $0.at > $1.at }
        var kept = 0
        for info in batches {
            kept += info.count
            if info.at.advanced(by: keep) <= limit || kept > Self.maxKeptChanges { try await delete(info) }
        }
    }

    private func delete(_ info: BatchInfo) async throws {
        var deletions = (0..<info.slices).map { MapWrite(.delete, map: DirectoryMaps.batches, key: info.key(of: $0)) }
        deletions.append(MapWrite(.delete, map: DirectoryMaps.imports, key: info.name))
        while !deletions.isEmpty {
            _ = try await bus.transact(writes: Array(deletions.prefix(500)))
            deletions.removeFirst(min(500, deletions.count))
        }
    }
}
