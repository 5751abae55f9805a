/// Body of `publish`: `u32 count`, then that many records of kind `event`.
public enum PublishBody {
    /// Bytes before the first record.
    public static let headerBytes = 4
}

/// What became of one published event.
public enum PublishStatus: UInt8, Sendable {
    /// On disk at `offset`.
    case accepted = 0
    /// The same event was stored before, at `offset`.
    case duplicate = 1
    /// Another event with this id was stored before, at `offset`. Not stored.
    case conflict = 2
    /// Not stored; may succeed later. Everything after it is refused too until `resume`.
    case refused = 3
    /// Not stored and never will be: the event itself is at fault.
    case rejected = 4
}

/// Results of consecutive events that share a status: events `first ..< first + count` of the publish.
///
/// Accepted events of a run have consecutive offsets, starting at `offset`.
public struct PublishRun: Equatable, Sendable {
    public var status: PublishStatus
    public var count: UInt32
    public var offset: UInt64
    /// A stable code and a sentence, `code: sentence`; empty when accepted or duplicate.
    public var reason: String

    public init(status: PublishStatus, count: UInt32, offset: UInt64, reason: String = "") {
        self.status = status
        self.count = count
        self.offset = offset
        self.reason = reason
    }
}

/// Body of `published`: `u32 runs`, then per run
/// `u8 status, u8 0, u16 reason length, u32 count, u64 offset, reason`.
public enum PublishedBody {
    /// Appends the runs.
    public static func encode(_ runs: [PublishRun], into out: inout [UInt8]) {
        out.put(u32: UInt32(runs.count))
        for run in runs {
            let reason = Array(run.reason.utf8.prefix(1_024))
            out.put(u8: run.status.rawValue)
            out.put(u8: 0)
            out.put(u16: UInt16(reason.count))
            out.put(u32: run.count)
            out.put(u64: run.offset)
            out.append(contentsOf: reason)
        }
    }

    /// Reads the runs.
    public static func decode(_ reader: inout ByteReader) throws(WireError) -> [PublishRun] {
        let count = Int(reader.u32())
        guard count <= reader.remaining / 16 else { throw .truncated(what: "publish results") }
        var runs: [PublishRun] = []
        runs.reserveCapacity(count)
        for _ in 0..<count {
            guard let status = PublishStatus(rawValue: reader.u8()) else { throw .malformed(what: "publish status") }
            reader.skip(1)
            let reasonLength = Int(reader.u16())
            let events = reader.u32()
            let offset = reader.u64()
            runs.append(PublishRun(status: status, count: events, offset: offset, reason: reader.text(reasonLength)))
        }
        guard reader.isValid else { throw .truncated(what: "publish results") }
        return runs
    }
}
