/// An answer, whatever its status.
public struct TransportResponse: Hashable, Sendable {
    public var status: Int
    /// The headers that the client reads (``ResponseHeader``); the rest is dropped.
    public var headers: [ResponseHeader: String]
    public var body: [UInt8]

    public init(status: Int, headers: [ResponseHeader: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// A header of an answer that means something to the client; the raw value is its name.
public enum ResponseHeader: String, CaseIterable, Hashable, Sendable {
    case contentSecurityPolicy = "content-security-policy"
    case frameOptions = "x-frame-options"
    case contentDisposition = "content-disposition"
    case contentType = "content-type"
    case entityTag = "etag"
    case location = "location"
    case retryAfter = "retry-after"
    case concurrentRequests = "twilio-concurrent-requests"
    case requestDuration = "twilio-request-duration"
    case requestID = "twilio-request-id"
}
