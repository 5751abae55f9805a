import Bus
import Directory
import Events
import Logging
import Wire

/// The beginning and the end of publishes; what is in between does ``PublishRunner``.
extension DirectoryStore {
    /// Takes the one place for a publish.
    ///
    /// - Parameters:
    ///   - request: What is wanted.
    ///   - lease: How long the place lasts without being renewed.
    /// - Returns: The job that this process must do now.
    /// - Throws: ``DirectoryFailure/publishInProgress(_:)``, ``DirectoryFailure/draftChanged(current:)``,
    ///   ``DirectoryFailure/versionUnknown(_:)``; ``BusError``.
    func begin(_ request: PublishRequest, lease: Duration) async throws -> PublishJob {
        try await inTurn { store in
            for _ in 0..<Self.maxRounds {
                try await store.refresh()
                if let running = store.publish, running.phase.isRunning {
                    guard store.lease != running.owner else { throw DirectoryFailure.publishInProgress(running) }
                    // Whoever did it is gone. Where its version is in force already, it is to end as deployed.
                    guard running.version > store.published.version, try await store.fail(running) else {
                        throw DirectoryFailure.publishInProgress(running)
                    }
                    continue
                }
                if let job = try await store.start(request, lease: lease) { return job }
            }
            throw DirectoryFailure.contended(rounds: Self.maxRounds)
        }
    }

    /// Nil when somebody else was first.
    private func start(_ request: PublishRequest, lease: Duration) async throws -> PublishJob? {
        let entries: [DirectoryEntry]
        var state = PublishState(
            phase: .validating, version: published.version + 1, draftRevision: draft.revision, by: request.by,
            at: now(), owner: "\(instance):\(Self.token())")
        state.note = request.note
        state.mustSweep = publish?.mustSweep ?? false
        switch request.content {
        case .draft(let expected):
            if let expected, expected != draft.revision { throw DirectoryFailure.draftChanged(current: draft.revision) }
            entries = draft.records.values.map(\.entry)
        case .version(let version):
            entries = try await entriesOf(version: version)
            state.rollbackOf = version
        }
        guard let offset = try await put(state, from: publishOffset, lease: lease) else { return nil }
        publish = state
        publishOffset = offset
        self.lease = state.owner
        return PublishJob(state: state, offset: offset, entries: entries)
    }

    /// Takes over a publish whose process is gone: ends it, or hands it on for the lookups to be waited for.
    ///
    /// - Returns: Nil when there is nothing to do, or it has been ended here.
    func recover(lease: Duration) async throws -> PublishJob? {
        try await inTurn { store in
            try await store.refresh()
            guard var state = store.publish, state.phase.isRunning, store.lease != state.owner else { return nil }
            guard state.version <= store.published.version else {
                _ = try await store.fail(state)
                return nil
            }
            state.phase = .deploying
            state.owner = "\(store.instance):\(Self.token())"
            guard let offset = try await store.put(state, from: store.publishOffset, lease: lease) else { return nil }
            return PublishJob(state: state, offset: offset, entries: nil)
        }
    }

    /// Ends a publish that nobody does any more; false when somebody else was first.
    private func fail(_ state: PublishState) async throws -> Bool {
        var state = state
        state.phase = .failed
        state.mustSweep = true
        state.problems = [
            FieldProblem(
                "", "publisher_lost", "The process that published is gone. Nothing was changed; publish again.")
        ]
        guard let offset = try await put(state, from: publishOffset, lease: nil, failure: true) else { return false }
        publish = state
        publishOffset = offset
        lease = nil
        logger.warning("A publish was left behind and is ended", metadata: ["version": "\(state.version)"])
        return true
    }

    /// Moves a publish on.
    ///
    /// - Parameters:
    ///   - state: As it is to be.
    ///   - offset: Where it lies now.
    ///   - lease: How long the owner has; nil: the place is free afterwards.
    ///   - failure: Whether `extensions.publish_failed` is published with it.
    ///   - publishes: Other events of the same transaction.
    ///   - writes: Other writes of it.
    /// - Returns: Where it lies then; nil when somebody else has taken it over: nothing was done.
    /// - Throws: ``BusError``.
    func put(
        _ state: PublishState, from offset: UInt64, lease: Duration?, failure: Bool = false,
        publishes: [OutgoingEvent] = [], writes: [MapWrite] = []
    ) async throws -> UInt64? {
        var publishes = publishes
        if failure { publishes.append(try PublishEvents.failed(state, at: now())) }
        let leaseWrite: MapWrite =
            if let lease {
                MapWrite(
                    .put, map: DirectoryMaps.head, key: DirectoryMaps.leaseKey, value: Array(state.owner.utf8),
                    ttl: UInt64(lease / .milliseconds(1)))
            } else {
                MapWrite(.delete, map: DirectoryMaps.head, key: DirectoryMaps.leaseKey)
            }
        let own = MapWrite(
            .put, map: DirectoryMaps.head, key: DirectoryMaps.publishKey, value: state.stored, expectedRevision: offset)
        do throws(BusError) {
            return try await bus.transact(publishes: publishes, writes: [own, leaseWrite] + writes).revisions.first
        } catch {
            switch error {
            case .revisionMismatch: return nil
            case .outcomeUnknown:
                let entry = try await bus.map(DirectoryMaps.head).get(DirectoryMaps.publishKey)
                return entry?.value == state.stored ? entry?.revision : nil
            default: throw error
            }
        }
    }
}
