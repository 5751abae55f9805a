/// A `multipart/form-data` body cut into its parts.
struct Multipart {
    /// Parts of a body at most.
    static let maxParts = 20

    private var parts: [(name: String, content: [UInt8])] = []

    /// - Throws: ``TwilioProblem`` 400 for another content type or a body that is cut off.
    init(_ body: [UInt8], contentType: String) throws(TwilioProblem) {
        guard contentType.hasPrefix("multipart/form-data"), let mark = contentType.firstRange(of: "boundary=") else {
            throw .invalid("Content-Type", "it is multipart/form-data with a boundary")
        }
        let boundary = contentType[mark.upperBound...].prefix { $0 != ";" }.filter { $0 != "\"" }
        let delimiter = Array("--\(boundary)".utf8)
        var rest = body[...]
        guard let first = rest.firstRange(of: delimiter) else { throw Self.malformed }
        rest = rest[first.upperBound...]
        while parts.count < Self.maxParts {
            if rest.starts(with: "--".utf8) { return }
            guard let end = rest.firstRange(of: Array("\r\n".utf8) + delimiter),
                let head = rest.firstRange(of: Array("\r\n\r\n".utf8)), head.upperBound <= end.lowerBound
            else { throw Self.malformed }
            let header = String(decoding: rest[..<head.lowerBound], as: UTF8.self)
            if let name = header.firstRange(of: " name=\"") {
                parts.append(
                    (
                        String(header[name.upperBound...].prefix { $0 != "\"" }),
                        Array(rest[head.upperBound..<end.lowerBound])
                    ))
            }
            rest = rest[end.upperBound...]
        }
    }

    private static let malformed = TwilioProblem(status: 400, code: 20001, "The multipart body is malformed")

    /// A part's content.
    subscript(name: String) -> [UInt8]? { parts.first { $0.name == name }?.content }

    func text(_ name: String) -> String? { self[name].map { String(decoding: $0, as: UTF8.self) } }
}
