import Glibc

/// Asks other processes on their admin sockets.
public enum AdminClient {
    /// Longest answer, head and body, in bytes.
    public static let answerBytesLimit = 8 << 20

    /// Gets `path` from the process that listens on `socket`.
    ///
    /// ```swift
    /// let answer = try await AdminClient.get("/readyz", socket: runDirectory.adminSocket(for: "broker"))
    /// ```
    ///
    /// - Parameters:
    ///   - path: Such as `/readyz`.
    ///   - socket: Path of the Unix socket, at most ``RunDirectory/socketPathLimit`` bytes.
    ///   - timeout: For everything from connect to the last byte; up to an hour.
    /// - Returns: The answer, whatever its status.
    /// - Throws: ``AdminSocketError``. Cancellation is not looked at: the timeout ends the call.
    public static func get(
        _ path: String, socket: String, timeout: Duration = .seconds(2)
    ) async throws(AdminSocketError) -> AdminResponse {
        let result = await withCheckedContinuation { continuation in
            PlainThread {
                continuation.resume(returning: Self.exchange(path, socket: socket, timeout: timeout))
            }.detach()
        }
        return try result.get()
    }

    private static func exchange(
        _ path: String, socket: String, timeout: Duration
    ) -> Result<AdminResponse, AdminSocketError> {
        let descriptor: Int32
        do throws(UnixSocket.Failure) {
            descriptor = try UnixSocket.connect(path: socket)
        } catch {
            return .failure(.unreachable(path: socket, problem: systemMessage(error.code)))
        }
        defer { close(descriptor) }
        let (seconds, attoseconds) = timeout.components
        let nanoseconds =
            UInt64(max(0, min(seconds, 3_600))) * 1_000_000_000 + UInt64(max(0, attoseconds)) / 1_000_000_000
        let deadline = monotonicNanoseconds() + nanoseconds
        let request = Array("GET \(path) HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n".utf8)
        guard wait(descriptor, POLLOUT, deadline),
            send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
        else {
            return .failure(.unreachable(path: socket, problem: "it takes no requests"))
        }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while answer.count <= answerBytesLimit {
            guard wait(descriptor, POLLIN, deadline) else { return .failure(.timedOut(path: socket, after: timeout)) }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count > 0 { answer.append(contentsOf: chunk[..<count]) }
            if count < 0, errno != EAGAIN, errno != EINTR {
                return .failure(.unreachable(path: socket, problem: systemMessage(errno)))
            }
            if count == 0 { break }
        }
        guard let response = parse(answer) else { return .failure(.malformedAnswer(path: socket)) }
        return .success(response)
    }

    private static func wait(_ descriptor: Int32, _ events: Int32, _ deadline: UInt64) -> Bool {
        while true {
            let now = monotonicNanoseconds()
            guard now < deadline else { return false }
            var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let count = poll(&request, 1, Int32((deadline - now) / 1_000_000) + 1)
            if count > 0 { return true }
            if count < 0, errno != EINTR { return false }
        }
    }

    /// Reads an answer as our own server writes it: with a length, and the connection closed behind it.
    static func parse(_ bytes: [UInt8]) -> AdminResponse? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n")
        guard let words = lines.first?.split(separator: " "), words.count >= 2, words[0].hasPrefix("HTTP/1."),
            let status = Int(words[1])
        else { return nil }
        var contentType = ""
        var length: Int?
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingSpaces()
            switch line[..<colon].lowercased() {
            case "content-type": contentType = value
            case "content-length": length = Int(value)
            default: break
            }
        }
        let body = bytes[end.upperBound...]
        guard let length, length == body.count else { return nil }
        return AdminResponse(status: status, contentType: contentType, body: String(decoding: body, as: UTF8.self))
    }
}
