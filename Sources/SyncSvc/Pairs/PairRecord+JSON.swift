import Events

extension PairRecord {
    /// The record as JSON: the value of its map entry.
    var json: [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.raw("{\"id\":")
        writer.string(id.text)
        writer.raw(",\"origin\":")
        writer.string(origin.rawValue)
        writer.raw(",\"state\":")
        writer.string(state.rawValue)
        for side in Side.allCases {
            writer.raw(",")
            writer.name(side.rawValue)
            write(side, to: &writer)
        }
        if let intent {
            writer.raw(",\"intent\":")
            write(intent, to: &writer)
        }
        if !participants.isEmpty {
            writer.raw(",\"participants\":")
            writer.value(.array(participants.map(\.json)))
        }
        if task != PairTask() {
            writer.raw(",\"task\":")
            writer.value(task.json)
        }
        if let closedBy {
            writer.raw(",\"closedBy\":")
            writer.string(closedBy.rawValue)
        }
        if let lastCopy {
            writer.raw(",\"lastCopy\":")
            writer.timestamp(lastCopy)
        }
        if !agents.isEmpty {
            writer.raw(",\"agents\":")
            writer.value(.object(agents))
        }
        if !healing.isEmpty {
            writer.raw(",\"healing\":")
            writer.value(.object(healing))
        }
        writer.raw("}")
        return writer.bytes
    }

    private func write(_ side: Side, to writer: inout JSONWriter) {
        writer.raw("{\"sid\":")
        writer.string(conversations[side]?.text ?? "")
        writer.raw(",\"index\":")
        writer.integer(cursors[side].index)
        if !cursors[side].own.isEmpty {
            writer.raw(",\"own\":[")
            for (place, index) in cursors[side].own.enumerated() {
                if place > 0 { writer.raw(",") }
                writer.integer(index)
            }
            writer.raw("]")
        }
        writer.raw(",\"listed\":")
        writer.integer(Int(clamping: listed[side]))
        writer.raw(",\"copied\":")
        writer.integer(copied[side])
        writer.raw("}")
    }

    private func write(_ intent: WriteIntent, to writer: inout JSONWriter) {
        writer.raw("{\"side\":")
        writer.string(intent.side.rawValue)
        writer.raw(",\"floor\":")
        writer.integer(intent.floor)
        writer.raw(",\"until\":")
        writer.timestamp(intent.until)
        writer.raw(",\"sources\":[")
        for (place, source) in intent.sources.enumerated() {
            if place > 0 { writer.raw(",") }
            writer.string(source.text)
        }
        writer.raw("]}")
    }

    /// Reads a record.
    /// - Throws: ``PairRecordError`` naming the member that is missing or wrong.
    init(json bytes: some Collection<UInt8>) throws(PairRecordError) {
        guard let value = try? JSONValue(parsing: bytes) else { throw PairRecordError(member: "(the document)") }
        guard let id = value["id"]?.string.flatMap({ try? ConversationSID($0) }) else {
            throw PairRecordError(member: "id")
        }
        guard let origin = value["origin"]?.string.flatMap(Side.init) else { throw PairRecordError(member: "origin") }
        guard let state = value["state"]?.string.flatMap(State.init) else { throw PairRecordError(member: "state") }
        self.init(id: id, origin: origin, state: state)
        for side in Side.allCases {
            guard let part = value[side.rawValue] else { throw PairRecordError(member: side.rawValue) }
            conversations[side] = part["sid"]?.string.flatMap { try? ConversationSID($0) }
            let own = part["own"]?.array?.compactMap { $0.integer.map(Int.init) } ?? []
            cursors[side] = PairCursor(index: part["index"]?.integer.map(Int.init) ?? -1, own: own)
            listed[side] = part["listed"]?.integer.map { UInt64(max($0, 0)) } ?? 0
            copied[side] = part["copied"]?.integer.map(Int.init) ?? 0
        }
        if let written = value["intent"] {
            guard let intent = WriteIntent(written) else { throw PairRecordError(member: "intent") }
            self.intent = intent
        }
        participants = value["participants"]?.array?.compactMap(PairParticipant.init) ?? []
        task = value["task"].map(PairTask.init) ?? PairTask()
        closedBy = value["closedBy"]?.string.flatMap(Side.init)
        lastCopy = value["lastCopy"]?.string.flatMap { try? Timestamp(rfc3339: $0) }
        agents = value["agents"]?.object ?? JSONObject()
        healing = value["healing"]?.object ?? JSONObject()
    }
}

/// Why the entry of a pair could not be read.
struct PairRecordError: Error, Hashable, CustomStringConvertible {
    let member: String

    var code: String { "sync.record_malformed" }

    var description: String {
        "A pair's record in the map sync-pairs cannot be read: '\(member)' is missing or wrong. Was it written by a newer version?"
    }
}

extension WriteIntent {
    fileprivate init?(_ value: JSONValue) {
        guard let side = value["side"]?.string.flatMap(Side.init), let floor = value["floor"]?.integer,
            let until = value["until"]?.string.flatMap({ try? Timestamp(rfc3339: $0) }),
            let sources = value["sources"]?.array
        else { return nil }
        self.init(
            side: side, sources: sources.compactMap { $0.string.flatMap { try? MessageSID($0) } }, floor: Int(floor),
            until: until)
    }
}

extension PairParticipant {
    var json: JSONValue {
        [
            "name": .string(name), "role": .string(role.rawValue), "origin": .string(origin.rawValue),
            "flex": .string(sids.flex), "frontline": .string(sids.frontline),
        ]
    }

    init?(_ value: JSONValue) {
        guard let name = value["name"]?.string, let role = value["role"]?.string.flatMap(Role.init),
            let origin = value["origin"]?.string.flatMap(Side.init)
        else { return nil }
        let sids = BothSides(flex: value["flex"]?.string ?? "", frontline: value["frontline"]?.string ?? "")
        self.init(name: name, role: role, origin: origin, sids: sids)
    }
}

extension PairTask {
    var json: JSONValue {
        [
            "task": .string(task), "reservation": .string(reservation), "worker": .string(worker),
            "workerName": .string(workerName), "channel": .string(channel), "interaction": .string(interaction),
            "interactionChannel": .string(interactionChannel),
        ]
    }

    init(_ value: JSONValue) {
        func text(_ name: String) -> String { value[name]?.string ?? "" }
        self.init(
            task: text("task"), reservation: text("reservation"), worker: text("worker"),
            workerName: text("workerName"), channel: text("channel"), interaction: text("interaction"),
            interactionChannel: text("interactionChannel"))
    }
}

extension JSONWriter {
    /// Writes a whole number.
    mutating func integer(_ number: Int) {
        var number = number
        if number < 0 {
            raw("-")
            number = number == .min ? .max : -number
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(number % 10)
                number /= 10
            } while number > 0
            raw(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[start..<20]))
        }
    }
}
