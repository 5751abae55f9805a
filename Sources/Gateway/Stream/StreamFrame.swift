import Bus
import Events
import NIOCore

/// One event as a stream carries it (HTML standard, server-sent events), encoded once for all who listen.
struct StreamFrame: Sendable {
    /// 0 for frames that are no events of the journal.
    let offset: UInt64
    let bytes: ByteBuffer

    /// An event: `id` is its offset, `event` its topic, `data` its CloudEvents document.
    init(_ record: StoredRecord) {
        var writer = JSONWriter(capacity: 128 + record.document.count)
        writer.raw("id: ")
        writer.raw(Array(String(record.offset).utf8))
        writer.raw("\nevent: ")
        writer.raw(Array(record.topic.utf8))
        writer.raw("\ndata: ")
        record.document.withUnsafeBytes { writer.compact($0) }
        writer.raw("\n\n")
        self.init(offset: record.offset, bytes: ByteBuffer(bytes: writer.bytes))
    }

    private init(offset: UInt64, bytes: ByteBuffer) {
        self.offset = offset
        self.bytes = bytes
    }

    /// Keeps proxies from ending a quiet connection.
    static let ping = StreamFrame(offset: 0, bytes: ByteBuffer(string: ": ping\n\n"))

    /// The same for a reader who has been offered everything up to `offset`: though nothing of it was for him, he need not
    /// go through it again when he comes back.
    static func ping(at offset: UInt64) -> StreamFrame {
        StreamFrame(offset: 0, bytes: ByteBuffer(string: ": ping\nid: \(offset)\n\n"))
    }

    /// What a stream begins with: where it is, so that one that ends before its first event can be resumed too.
    static func start(at offset: UInt64) -> StreamFrame {
        StreamFrame(offset: 0, bytes: ByteBuffer(string: "retry: 1000\nid: \(offset)\n\n"))
    }

    /// Tells the reader that events between are not there any more: what it shows must be loaded anew.
    static func reset(at offset: UInt64, reason: String) -> StreamFrame {
        StreamFrame(
            offset: 0,
            bytes: ByteBuffer(string: "id: \(offset)\nevent: stream.reset\ndata: {\"reason\":\"\(reason)\"}\n\n"))
    }

    /// Why a stream ends; the reader comes again with its last id, unless its token has expired.
    static func end(_ reason: StreamEnd) -> StreamFrame {
        StreamFrame(
            offset: 0,
            bytes: ByteBuffer(string: "event: stream.end\ndata: {\"reason\":\"\(reason.rawValue)\"}\n\n"))
    }
}

/// Why a stream ends from our side.
enum StreamEnd: String, Sendable {
    /// It reads more slowly than events come; nothing is lost, it resumes by its last id.
    case behind
    case tokenExpired = "token_expired"
    /// Whoever issued the token does not know it any more, or it is somebody else's now.
    case tokenRevoked = "token_revoked"
    case shuttingDown = "shutting_down"
}
