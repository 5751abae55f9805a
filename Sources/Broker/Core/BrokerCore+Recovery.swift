import Events
import Wire

/// State from the journal: snapshots and replay. The same function of the records as while running.
extension BrokerCore {
    /// Loads saved rows; the journal is replayed from `through` on afterwards.
    mutating func load(_ rows: [SnapshotRow]) {
        // Groups first: dead letters are kept in theirs.
        for isGroup in [true, false] {
            for row in rows where row.name.isGroup == isGroup {
                row.value?.withUnsafeBytes { load(row.name, $0) }
            }
        }
        maps.markClean()
        for name in groups.keys {
            groups[name]?.isDirty = false
            groups[name]?.unsavedLetters = []
        }
    }

    private mutating func load(_ name: SnapshotRow.Name, _ value: UnsafeRawBufferPointer) {
        switch name {
        case .group(let group):
            groups[group] = GroupMachine(name: group, snapshot: value, epoch: identity.epoch)
        case .deadLetter(let group, _):
            guard let letter = DeadLetter(value) else { return }
            groups[group]?.keep(letter)
        case .mapEntry(let map, let key):
            var reader = ByteReader(value)
            let revision = reader.u64()
            let expires = reader.u64()
            maps.apply(
                map, key, .init(bytes: Array(reader.raw(reader.remaining)), revision: revision, expires: expires))
        }
    }

    /// Applies one record of the journal, at start.
    mutating func replay(_ record: RecordView, at offset: UInt64) {
        switch record.kind {
        case .mapPut, .mapDelete:
            let map = String(decoding: record.topic.dropFirst(4), as: UTF8.self)
            let payload = record.payload
            let value: MapStore.Value? =
                record.kind == .mapPut && payload.count >= 8
                ? .init(
                    bytes: Array(payload.slice(8, payload.count - 8)), revision: offset, expires: payload.u64(at: 0))
                : nil
            maps.apply(map, Array(record.key), value)
        case .settlement, .group, .deadLetter, .redrive, .deadLetterDropped:
            replayGroupRecord(record, at: offset, String(decoding: record.key, as: UTF8.self))
        case .event, nil:
            break
        }
    }

    private mutating func replayGroupRecord(_ record: RecordView, at offset: UInt64, _ name: String) {
        switch record.kind {
        case .group where record.payload.isEmpty:
            if let gone = groups.removeValue(forKey: name) {
                removedRows.append(.group(name))
                removedRows += gone.deadLetters.keys.map { .deadLetter(group: name, offset: $0) }
            }
        case .group:
            guard let change = try? ControlJSON.decode(GroupRecord.self, from: record.payload) else { return }
            if groups[name] == nil {
                groups[name] = GroupMachine(
                    name: name, config: change.config, start: change.start, epoch: identity.epoch)
            } else {
                groups[name]?.config = change.config
            }
        case .settlement:
            if let settlement = SettlementRecord(record.payload) { groups[name]?.replay(settlement) }
        case .deadLetter:
            if let letter = DeadLetter(record.payload) { groups[name]?.keep(letter) }
        case .redrive:
            guard let redrive = RedriveRecord.read(record.payload) else { return }
            dropReplayed(redrive.offset, of: name)
            groups[name]?.awaitRedrive(at: offset, key: KeyHash.key(redrive.record.key))
        default:
            if record.payload.count == 8 { dropReplayed(record.payload.u64(at: 0), of: name) }
        }
    }

    private mutating func dropReplayed(_ offset: UInt64, of name: String) {
        groups[name]?.removeDeadLetter(offset)
        removedRows.append(.deadLetter(group: name, offset: offset))
    }

    /// After the last replayed record.
    mutating func finishReplay() {
        for name in groups.keys { groups[name]?.finishReplay() }
    }

    /// What changed since the last snapshot; call it only when everything appended is on disk.
    mutating func takeSnapshotRows() -> [SnapshotRow] {
        var rows = removedRows.map { SnapshotRow(name: $0, value: nil) }
        removedRows = []
        for (name, value) in maps.takeDirty() {
            var bytes: [UInt8]?
            if let value {
                var encoded: [UInt8] = []
                encoded.put(u64: value.revision)
                encoded.put(u64: value.expires)
                bytes = encoded + value.bytes
            }
            rows.append(SnapshotRow(name: .mapEntry(map: name.map, key: name.key), value: bytes))
        }
        for (name, group) in groups where group.isDirty && group.config.durable {
            groups[name]?.isDirty = false
            groups[name]?.unsavedLetters = []
            rows.append(SnapshotRow(name: .group(name), value: group.snapshot))
            for letter in group.unsavedLetters.compactMap({ group.deadLetters[$0] }) {
                rows.append(SnapshotRow(name: .deadLetter(group: name, offset: letter.offset), value: letter.bytes))
            }
        }
        return rows
    }

    // MARK: Retention

    /// How far the journal may be trimmed when age or size allow everything below `candidate`.
    func trimLimit(_ candidate: UInt64) -> UInt64 {
        groups.values.filter(\.config.durable).map(\.floor).min().map { min($0, candidate) } ?? candidate
    }

    /// Retention does not wait for groups that are not durable: what was trimmed is nothing they can be given any more.
    mutating func skipTrimmed() {
        for (name, group) in groups where !group.config.durable && group.floor < firstOffset {
            _ = groups[name]?.skip(to: firstOffset, now: clock.monotonic)
        }
    }

    /// At the disk floor: groups that may lose events give way up to `offset`.
    mutating func skipLaggingGroups(to offset: UInt64, now: UInt64) {
        for name in groups.keys.sorted() where groups[name]?.config.onFloor == .skip {
            guard let skipped = groups[name]?.skip(to: offset, now: now), skipped > 0 else { continue }
            unsettled.insert(name)
            publishSystemEvent(
                "sys.group.lagging", key: name,
                ["group": .string(name), "skipped": .number(.init(skipped)), "to": .number(.init(offset))])
        }
    }
}
