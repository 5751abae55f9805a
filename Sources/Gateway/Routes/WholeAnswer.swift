import HTTPTypes
import Hummingbird
import NIOCore

/// An answer whose body is there.
struct WholeAnswer: Hashable, Sendable {
    var head: HTTPResponse
    let body: ByteBuffer

    var response: Response {
        Response(status: head.status, headers: head.headerFields, body: ResponseBody(byteBuffer: body))
    }
}
