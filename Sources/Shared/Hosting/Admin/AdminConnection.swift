import Glibc

/// One client of the admin socket: reads a request head, then writes one answer, then closes.
struct AdminConnection {
    /// Longest request head, in bytes; a longer one gets 431.
    static let headBytesLimit = 8_192

    let descriptor: Int32
    /// Monotonic nanoseconds at which it is closed, finished or not.
    let deadline: UInt64
    private var input: [UInt8] = []
    private var output: [UInt8] = []
    private var sent = 0

    init(descriptor: Int32, deadline: UInt64) {
        self.descriptor = descriptor
        self.deadline = deadline
    }

    var isWriting: Bool { !output.isEmpty }

    /// Goes on reading or writing.
    ///
    /// - Returns: False when the connection is done with and must be closed.
    mutating func advance(_ answer: (_ method: String, _ path: String) -> AdminResponse) -> Bool {
        isWriting ? write() : read(answer)
    }

    private mutating func read(_ answer: (_ method: String, _ path: String) -> AdminResponse) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 2_048)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
        input.append(contentsOf: chunk[..<count])
        if let response = respond(answer) {
            output = response
            return write()
        }
        return true
    }

    /// The answer once the head is complete or hopeless.
    private func respond(_ answer: (_ method: String, _ path: String) -> AdminResponse) -> [UInt8]? {
        guard let end = input.firstRange(of: Array("\r\n\r\n".utf8)) else {
            guard input.count > Self.headBytesLimit else { return nil }
            return Self.refusal(431, "the request head is longer than \(Self.headBytesLimit) bytes\n")
        }
        let head = String(decoding: input[..<end.lowerBound], as: UTF8.self)
        let words = head.prefix { $0 != "\r\n" }.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2].hasPrefix("HTTP/1."), words[1].hasPrefix("/") else {
            return Self.refusal(400, "not an HTTP/1.1 request\n")
        }
        let response = answer(String(words[0]), String(words[1]))
        return response.bytes(includingBody: words[0] != "HEAD")
    }

    private mutating func write() -> Bool {
        while sent < output.count {
            let count = output[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return errno == EAGAIN || errno == EINTR }
            sent += count
        }
        return false
    }

    private static func refusal(_ status: Int, _ body: String) -> [UInt8] {
        AdminResponse(status: status, contentType: "text/plain; charset=utf-8", body: body).bytes(includingBody: true)
    }
}
