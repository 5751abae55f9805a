import NIOCore
import NIOHTTP1

/// One request as it came over the wire, complete.
struct RawRequest {
    var head: HTTPRequestHead
    var body: ByteBuffer?
    /// Whether the peer is on this machine.
    var isLocal: Bool

    /// The path, percent-encoding untouched.
    var path: Substring {
        guard let mark = head.uri.utf8.firstIndex(of: UInt8(ascii: "?")) else { return head.uri[...] }
        return head.uri[..<mark]
    }

    /// What follows the question mark.
    var query: Substring {
        guard let mark = head.uri.utf8.firstIndex(of: UInt8(ascii: "?")) else { return "" }
        return head.uri[head.uri.utf8.index(after: mark)...]
    }
}
