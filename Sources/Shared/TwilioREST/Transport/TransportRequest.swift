/// One HTTP request.
public struct TransportRequest: Hashable, Sendable {
    public var method: HTTPVerb
    /// Absolute.
    public var url: String
    public var headers: [Header]
    public var body: [UInt8]?
    /// Bytes of the answer's body, at most.
    public var maxResponseBytes: Int

    public init(method: HTTPVerb, url: String, headers: [Header], body: [UInt8]? = nil, maxResponseBytes: Int) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.maxResponseBytes = maxResponseBytes
    }

    /// A header field.
    public struct Header: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The first value of a header, its name compared without case.
    ///
    /// - Parameter name: The header's name.
    /// - Returns: The value, nil when it is absent.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

extension TransportRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The method alone: address, headers and body carry names, numbers and the credentials.
    public var description: String { "\(method.rawValue) <redacted>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
