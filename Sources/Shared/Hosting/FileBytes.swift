import Glibc

/// Reads small files whole, without Foundation.
public enum FileBytes {
    public struct ReadError: Error, CustomStringConvertible {
        public let description: String
    }

    /// Reads all of `path`.
    ///
    /// - Throws: ``ReadError`` with the system's reason, or when the file is longer than `limit` bytes.
    public static func read(path: String, limit: Int) throws(ReadError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw ReadError(description: systemMessage(errno)) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw ReadError(description: systemMessage(errno))
            }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { throw ReadError(description: "longer than \(limit) bytes") }
        }
    }
}

/// The system's words for an `errno`.
func systemMessage(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
}
