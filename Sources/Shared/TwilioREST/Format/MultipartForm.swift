/// A `multipart/form-data` body (RFC 7578).
struct MultipartForm: Hashable, Sendable {
    private let boundary: String
    private var parts: [UInt8] = []

    /// A form whose boundary does not occur in its file.
    init(avoiding content: [UInt8]) {
        var number = 0
        var boundary = "patchbay-0"
        while Self.occurs(Array(boundary.utf8), in: content) {
            number += 1
            boundary = "patchbay-\(number)"
        }
        self.boundary = boundary
    }

    /// The header of the request.
    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// The body.
    var bytes: [UInt8] { parts + Array("--\(boundary)--\r\n".utf8) }

    /// Adds a text.
    mutating func add(_ name: String, _ value: String) {
        append("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(Self.quoted(name))\"\r\n\r\n\(value)\r\n")
    }

    /// Adds a file.
    mutating func add(_ name: String, _ content: [UInt8], filename: String, contentType: String) {
        append(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(Self.quoted(name))\"; "
                + "filename=\"\(Self.quoted(filename))\"\r\nContent-Type: \(Self.quoted(contentType))\r\n\r\n")
        parts += content
        append("\r\n")
    }

    private mutating func append(_ text: String) { parts += Array(text.utf8) }

    /// Without what would end the header or its value.
    private static func quoted(_ text: String) -> String {
        String(text.map { $0 == "\"" || $0.isNewline ? "_" : $0 })
    }

    private static func occurs(_ needle: [UInt8], in hay: [UInt8]) -> Bool {
        hay.count >= needle.count && hay.firstRange(of: needle) != nil
    }
}
