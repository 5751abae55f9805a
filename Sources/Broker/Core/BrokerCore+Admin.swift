import Events
import Wire

/// Operating the Broker.
extension BrokerCore {
    mutating func admin(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, from session: Session, now: UInt64
    ) throws(WireError) {
        let request: AdminRequest
        do {
            request = try ControlJSON.decode(AdminRequest.self, from: body)
        } catch {
            fail(session, ref: header.ref, "admin.operation", error.description)
            return
        }
        let needed: Permission = request.operation.isReading ? .read : .admin
        guard session.permissions.contains(needed) || session.permissions.contains(.admin) else {
            fail(
                session, ref: header.ref, "session.forbidden",
                "The role '\(session.role)' may not \(needed.rawValue) (broker.roles.\(session.role).may).")
            return
        }
        if request.operation == .journalBackup {
            backup(request, ref: header.ref, from: session)
            return
        }
        switch perform(request, now: now) {
        case .success(let document): answer(session, .done, ref: header.ref, body: document)
        case .failure(let failure): fail(session, ref: header.ref, failure)
        }
    }

    private mutating func perform(_ request: AdminRequest, now: UInt64) -> Result<[UInt8], Failure> {
        switch request.operation {
        case .info: return .success(ControlJSON.encode(info))
        case .groups: return .success(ControlJSON.encode(groups.keys.sorted().compactMap(groupInfo)))
        case .confirmClock:
            clock.confirm()
            return .success(Array("{}".utf8))
        case .groupDelete, .deadList, .deadRetry, .deadDrop, .journalBackup: break
        }
        guard let name = request.group else {
            let message = "\(request.operation.rawValue) needs a group."
            return .failure(Failure(code: "admin.operation", message: message, retryable: false))
        }
        // A dead letter of this turn is journalled before what is done with it.
        journalOutcomes(of: name)
        guard let group = groups[name] else {
            let message = "There is no group '\(name)'."
            return .failure(Failure(code: "group.unknown", message: message, retryable: false))
        }
        switch request.operation {
        case .groupDelete: return delete(group)
        case .deadList: return .success(ControlJSON.encode(deadLetters(of: group, request)))
        case .deadRetry: return .success(ControlJSON.encode(AdminCount(count: retry(chosen(request, group), of: name))))
        default: return .success(ControlJSON.encode(AdminCount(count: drop(chosen(request, group), of: name))))
        }
    }

    /// Leaves a backup to the owner, who has the files; one at a time.
    private mutating func backup(_ request: AdminRequest, ref: UInt64, from session: Session) {
        guard let directory = request.directory, directory.hasPrefix("/"), directory.utf8.count <= 4_000 else {
            fail(session, ref: ref, "admin.operation", "journal_backup needs an absolute path of at most 4000 bytes.")
            return
        }
        guard !isBackingUp else {
            fail(session, ref: ref, "backup.busy", "Another backup is being written.", retryable: true)
            return
        }
        isBackingUp = true
        wantedBackup = BackupRequest(session: session, ref: ref, directory: directory)
    }

    /// Tells how a backup ended.
    mutating func finished(_ request: BackupRequest, _ outcome: Result<BackupInfo, Failure>) {
        isBackingUp = false
        guard let session = sessions[request.session.id] else { return }
        switch outcome {
        case .success(let info): answerNow(session, .done, ref: request.ref, body: ControlJSON.encode(info))
        case .failure(let failure): answerNow(session, .failure, ref: request.ref, body: ControlJSON.encode(failure))
        }
    }

    private var info: BrokerInfo {
        BrokerInfo(
            version: identity.version, journal: identity.journal.description, epoch: identity.epoch,
            first: firstOffset, end: durableEnd, journalBytes: journalBytes, sessions: sessions.count,
            dedupIds: dedup.count)
    }

    private func groupInfo(_ name: String) -> GroupInfo? {
        guard let group = groups[name] else { return nil }
        let members = group.members.map { member in
            GroupInfo.Member(
                client: sessions[member.session]?.client ?? "", instance: sessions[member.session]?.instance ?? "",
                ackPending: member.ackPending, credit: member.credit)
        }
        return GroupInfo(
            group: name, config: group.config, floor: group.floor, next: group.next, end: durableEnd,
            ackPending: group.ackPending, parked: group.parked, deadLetters: group.deadLetters.count, members: members,
            stalled: group.stalled())
    }

    private mutating func delete(_ group: GroupMachine) -> Result<[UInt8], Failure> {
        guard group.members.isEmpty else {
            let message = "Group '\(group.name)' has \(group.members.count) members: stop them first."
            return .failure(Failure(code: "group.has_members", message: message, retryable: true))
        }
        deliveryFloor = max(deliveryFloor, group.nextDelivery)
        groups[group.name] = nil
        unsettled.remove(group.name)
        removedRows.append(.group(group.name))
        removedRows += group.deadLetters.keys.map { .deadLetter(group: group.name, offset: $0) }
        appendInternal(.group, key: group.name, payload: EmptyCollection())
        return .success(Array("{}".utf8))
    }

    private func deadLetters(of group: GroupMachine, _ request: AdminRequest) -> [DeadLetterInfo] {
        let limit = min(max(request.limit ?? 100, 1), 1_000)
        let offsets = group.deadLetters.keys.filter { $0 > request.after ?? 0 }.sorted().prefix(limit)
        var bytes = 0
        return offsets.compactMap { group.deadLetters[$0] }.prefix { letter in
            defer { bytes += letter.record.count }
            return bytes < BrokerCore.mapPageBytes
        }.compactMap(\.info)
    }

    private func chosen(_ request: AdminRequest, _ group: GroupMachine) -> [DeadLetter] {
        var bytes = 0
        let offsets = request.offsets.map { Set($0) } ?? Set(group.deadLetters.keys)
        return offsets.sorted().lazy.compactMap { group.deadLetters[$0] }.prefix { letter in
            defer { bytes += letter.record.count }
            return bytes < GroupMachine.letterBytesPerTurn
        }
    }

    /// Journals redrive records: the group meets them as it reads on.
    private mutating func retry(_ letters: [DeadLetter], of name: String) -> Int {
        for letter in letters {
            let offset = appendEnd
            appendInternal(.redrive, key: name, payload: RedriveRecord.bytes(of: letter))
            forget(letter, of: name)
            groups[name]?.awaitRedrive(at: offset, key: letter.keyHash)
        }
        return letters.count
    }

    private mutating func drop(_ letters: [DeadLetter], of name: String) -> Int {
        for letter in letters {
            var payload: [UInt8] = []
            payload.put(u64: letter.offset)
            appendInternal(.deadLetterDropped, key: name, payload: payload)
            forget(letter, of: name)
        }
        return letters.count
    }

    private mutating func forget(_ letter: DeadLetter, of name: String) {
        groups[name]?.removeDeadLetter(letter.offset)
        removedRows.append(.deadLetter(group: name, offset: letter.offset))
        active.insert(name)
    }

    // MARK: The bus about itself

    /// Publishes that a sync was slow.
    mutating func tellSlowSync(milliseconds: UInt64) {
        publishSystemEvent(
            "sys.journal.degraded", key: "journal",
            ["reason": "slow_sync", "syncMs": .number(.init(milliseconds)), "limitMs": 1_000])
    }

    /// Publishes that a part of the journal cannot be read any more.
    mutating func tellDamage(file: String, byte: UInt64?, code: String) {
        publishSystemEvent(
            "sys.journal.degraded", key: "journal",
            ["reason": .string(code), "file": .string(file), "byte": byte.map { .number(.init($0)) } ?? .null])
    }

    /// Publishes that an event was given up.
    mutating func announce(_ letter: DeadLetter, of group: String) {
        let topic = letter.record.withUnsafeBytes {
            RecordView(in: $0, at: 0).map { String(decoding: $0.topic, as: UTF8.self) }
        }
        // A group that fails on the bus's own events would feed itself for ever.
        guard topic?.hasPrefix("sys.") != true else { return }
        publishSystemEvent(
            "sys.dead_letter", key: group,
            [
                "group": .string(group), "offset": .number(JSONNumber(letter.offset)),
                "attempts": .number(JSONNumber(letter.attempts)), "topic": .string(topic ?? ""),
                "reason": .string(letter.reason),
            ])
    }

    /// Stores an event of the Broker itself.
    mutating func publishSystemEvent(_ topic: Topic, key: String, _ data: JSONValue) {
        systemEvents += 1
        do throws(EventError) {
            let event = Event(
                id: try EventID("\(identity.epoch)-\(systemEvents)"), source: try EventSource("/broker"),
                topic: topic, key: try OrderingKey(key), time: Timestamp(unixNanoseconds: clock.time), data: data)
            var record: [UInt8] = []
            record.putRecord(
                kind: .event, topic: topic.name.utf8, key: key.utf8, id: event.recordID.utf8,
                payload: try CloudEventJSON.encode(event))
            record.withUnsafeBytes { bytes in
                if let view = RecordView(in: bytes, at: 0) { _ = store(view) }
            }
        } catch {
            preconditionFailure("the Broker's own events are well-formed: \(error)")
        }
    }
}

/// A backup that somebody asked for.
struct BackupRequest: Sendable {
    var session: Session
    var ref: UInt64
    var directory: String
}

extension AdminRequest.Operation {
    fileprivate var isReading: Bool {
        switch self {
        case .groups, .deadList, .info: true
        case .groupDelete, .deadRetry, .deadDrop, .confirmClock, .journalBackup: false
        }
    }
}

extension DeadLetter {
    fileprivate var info: DeadLetterInfo? {
        record.withUnsafeBytes { bytes in
            RecordView(in: bytes, at: 0).map { event in
                DeadLetterInfo(
                    offset: offset, topic: String(decoding: event.topic, as: UTF8.self),
                    key: String(decoding: event.key, as: UTF8.self), attempts: Int(attempts), reason: reason,
                    time: time, history: history, document: String(decoding: event.payload, as: UTF8.self))
            }
        }
    }
}
