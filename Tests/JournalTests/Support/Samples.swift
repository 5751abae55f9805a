import Journal
import TestSupport
import Wire

/// A record as a test knows it.
struct Sample: Equatable {
    var topic = "task.created"
    var key = "k"
    var id = ""
    var payload: [UInt8] = []

    init(_ payload: String, topic: String = "task.created", id: String = "") {
        self.topic = topic
        self.id = id
        self.payload = Array(payload.utf8)
    }

    init(_ record: RecordView) {
        topic = String(decoding: record.topic, as: UTF8.self)
        key = String(decoding: record.key, as: UTF8.self)
        id = String(decoding: record.id, as: UTF8.self)
        payload = Array(record.payload)
    }

    static func random(using generator: inout SeededGenerator) -> Sample {
        let size = Int.random(in: 0...300, using: &generator)
        var sample = Sample("", topic: ["a", "b.c", "d.e.f"].randomElement(using: &generator) ?? "a")
        sample.payload = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
        if Bool.random(using: &generator) { sample.id = "id-\(UInt64.random(in: 0...UInt64.max, using: &generator))" }
        return sample
    }

    var idHash: UInt64 { Array(id.utf8).withUnsafeBytes { KeyHash.id($0) } }
}

extension Journal {
    /// Appends one batch.
    @discardableResult
    func append(_ samples: [Sample], time: UInt64 = 1) throws(JournalError) -> UInt64 {
        var bytes: [UInt8] = []
        for sample in samples {
            bytes.putRecord(
                kind: .event, topic: sample.topic.utf8, key: sample.key.utf8, id: sample.id.utf8,
                payload: sample.payload)
        }
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(JournalError) in
                try append(records: bytes, count: UInt32(samples.count), time: time)
            }
        }
        return try result.get()
    }

    /// Appends one batch and syncs it.
    @discardableResult
    func commit(_ payloads: String..., time: UInt64 = 1) throws(JournalError) -> UInt64 {
        let base = try append(payloads.map { Sample($0) }, time: time)
        try sync()
        return base
    }

    /// Everything from `offset` on, in slices of at most `maxBytes`.
    func everything(from offset: UInt64? = nil, maxBytes: Int = 1 << 20) throws(JournalError) -> [Entry] {
        var entries: [Entry] = []
        var next = offset ?? firstOffset
        while true {
            let slice = try read(from: next, maxBytes: maxBytes)
            if slice.isEmpty { return entries }
            slice.forEachRecord(from: next) { offset, _, record in entries.append(Entry(offset, Sample(record))) }
            next = slice.nextOffset
        }
    }
}

/// A record with its offset.
struct Entry: Equatable {
    var offset: UInt64
    var sample: Sample

    init(_ offset: UInt64, _ sample: Sample) {
        self.offset = offset
        self.sample = sample
    }
}

extension JournalOptions {
    /// The defaults, with so many zeros written ahead.
    static func reserving(_ bytes: Int) -> JournalOptions {
        var options = JournalOptions()
        options.reserveBytes = bytes
        return options
    }

    /// The smallest segments there are.
    static var small: JournalOptions {
        var options = JournalOptions()
        options.segmentBytes = 1 << 16
        return options
    }
}
