/// An answer of an admin socket.
public struct AdminResponse: Hashable, Sendable {
    public let status: Int
    public let contentType: String
    public let body: String

    public init(status: Int, contentType: String, body: String) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// As HTTP/1.1, with or without the body.
    func bytes(includingBody: Bool) -> [UInt8] {
        let head =
            "HTTP/1.1 \(status) \(Self.phrase(status))\r\nContent-Type: \(contentType)\r\n"
            + "Content-Length: \(body.utf8.count)\r\nCache-Control: no-store\r\nConnection: close\r\n"
            + (status == 405 ? "Allow: GET, HEAD\r\n\r\n" : "\r\n")
        return Array(head.utf8) + (includingBody ? Array(body.utf8) : [])
    }

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 431: "Request Header Fields Too Large"
        case 503: "Service Unavailable"
        default: "Unknown"
        }
    }
}
