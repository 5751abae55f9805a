/// The bytes of a file.
public struct MediaContent: Hashable, Sendable {
    public let bytes: [UInt8]
    public let contentType: String?
    public let filename: String?
}

extension MediaContent: CustomStringConvertible {
    public var description: String { "<\(bytes.count) bytes of \(contentType ?? "unknown type")>" }
}
