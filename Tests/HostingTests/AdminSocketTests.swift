import Glibc
import ServiceLifecycle
import Testing

@testable import Hosting

@Suite struct AdminSocketTests {
    let directory: TemporaryDirectory
    let health = Health()
    let metrics = MetricsRegistry()

    init() throws {
        directory = try TemporaryDirectory()
    }

    var path: String { directory.path + "/admin-test.sock" }

    func makeSocket() throws -> AdminSocket {
        try AdminSocket(path: path, routes: AdminRoutes(health: health, metrics: metrics))
    }

    /// Runs `body` while the socket is served.
    func serving(_ body: (String) async throws -> Void) async throws {
        let socket = try makeSocket()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await socket.run() }
            do {
                try await body(socket.path)
                group.cancelAll()
            } catch {
                group.cancelAll()
                throw error
            }
        }
    }

    @Test("Readiness follows the components and names what is missing")
    func readiness() async throws {
        let journal = health.component("journal")
        health.check("bus") { self.health.failure == nil ? nil : "gone" }
        try await serving { path in
            let starting = try await AdminClient.get("/readyz", socket: path)
            #expect(starting.status == 503)
            #expect(starting.body == #"{"ready":false,"reasons":["journal: starting"]}"# + "\n")
            journal.ready()
            let ready = try await AdminClient.get("/readyz", socket: path)
            #expect(ready.status == 200)
            #expect(ready.body == #"{"ready":true,"reasons":[]}"# + "\n")
            #expect(ready.contentType == "application/json")
            journal.notReady("disk \"full\"")
            let full = try await AdminClient.get("/readyz", socket: path)
            #expect(full.body == #"{"ready":false,"reasons":["journal: disk \"full\""]}"# + "\n")
        }
    }

    @Test("A process that waits is healthy; one that failed is not")
    func liveness() async throws {
        _ = health.component("journal")
        try await serving { path in
            let answer = try await AdminClient.get("/healthz", socket: path)
            #expect(answer.status == 200)
            health.fail("sync failed")
            let failed = try await AdminClient.get("/healthz", socket: path)
            #expect(failed.status == 503)
            #expect(failed.body == "failed: sync failed\n")
        }
    }

    @Test("Metrics come as Prometheus text")
    func scrape() async throws {
        metrics.counter("a", help: "A").add(2)
        try await serving { path in
            let answer = try await AdminClient.get("/metrics", socket: path)
            #expect(answer.contentType == "text/plain; version=0.0.4; charset=utf-8")
            #expect(answer.body == metrics.render())
        }
    }

    @Test("A large scrape arrives whole")
    func largeScrape() async throws {
        for index in 0..<900 {
            metrics.counter("a", help: "A", labels: ["x": String(repeating: "v", count: 1_000) + "\(index)"]).add()
        }
        try await serving { path in
            let answer = try await AdminClient.get("/metrics", socket: path, timeout: .seconds(30))
            #expect(answer.body == metrics.render())
        }
    }

    @Test("Other paths are 404")
    func otherPaths() async throws {
        try await serving { path in
            let root = try await AdminClient.get("/", socket: path)
            #expect(root.status == 404)
            let verbose = try await AdminClient.get("/readyz?verbose", socket: path)
            #expect(verbose.status == 200)
        }
    }

    /// Sends raw bytes and reads the first line of the answer, on a thread that may wait.
    func exchange(_ request: String, at path: String) async -> String {
        await onThread {
            guard let descriptor = try? UnixSocket.connect(path: path) else { return "" }
            defer { close(descriptor) }
            let bytes = Array(request.utf8)
            guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return "" }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 10_000) == 1 else { return "" }
            var answer = [UInt8](repeating: 0, count: 1_024)
            let count = max(0, recv(descriptor, &answer, answer.count, 0))
            return String(decoding: answer[..<count].prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        }
    }

    @Test(
        "Malformed requests are refused by name",
        arguments: [
            ("POST /healthz HTTP/1.1\r\n\r\n", "HTTP/1.1 405 Method Not Allowed"),
            ("HEAD /healthz HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK"),
            ("GET healthz HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request"),
            ("GET /healthz\r\n\r\n", "HTTP/1.1 400 Bad Request"),
            ("\u{0}\u{1}\r\n\r\n", "HTTP/1.1 400 Bad Request"),
            ("GET /" + String(repeating: "x", count: 8_300), "HTTP/1.1 431 Request Header Fields Too Large"),
        ])
    func malformed(_ request: String, _ expected: String) async throws {
        try await serving { path in
            let status = await exchange(request, at: path)
            #expect(status == expected)
        }
    }

    @Test("Clients that say nothing do not keep others from an answer")
    func silentClients() async throws {
        try await serving { path in
            let silent = try (0..<(AdminSocket.connectionLimit - 1)).map { _ in try UnixSocket.connect(path: path) }
            defer { for descriptor in silent { close(descriptor) } }
            let answer = try await AdminClient.get("/healthz", socket: path)
            #expect(answer.status == 200)
        }
    }

    @Test("The socket has mode 0660 and goes away with its process")
    func socketFile() async throws {
        try await serving { path in
            #expect(mode(of: path) == 0o660)
        }
        #expect(access(path, F_OK) != 0)
    }

    @Test("A socket left by a crash is replaced")
    func stale() async throws {
        let left = try UnixSocket.listen(path: path, mode: 0o600)
        close(left)
        try await serving { path in
            let answer = try await AdminClient.get("/healthz", socket: path)
            #expect(answer.status == 200)
        }
    }

    @Test("A second process is refused with the owner's pid, and the first goes on")
    func owned() async throws {
        try await serving { path in
            #expect(throws: AdminSocketError.owned(path: path, pid: Int(getpid()))) { try makeSocket() }
            #expect(AdminSocketError.owned(path: path, pid: 1).exitCode == .alreadyOwned)
            let answer = try await AdminClient.get("/healthz", socket: path)
            #expect(answer.status == 200)
        }
    }

    @Test("Nobody listening is told apart from nobody answering")
    func clientErrors() async throws {
        await #expect(throws: AdminSocketError.unreachable(path: path, problem: "No such file or directory")) {
            try await AdminClient.get("/readyz", socket: path)
        }
        let silent = try UnixSocket.listen(path: path, mode: 0o600)
        defer { close(silent) }
        await #expect(throws: AdminSocketError.timedOut(path: path, after: .milliseconds(50))) {
            try await AdminClient.get("/readyz", socket: path, timeout: .milliseconds(50))
        }
    }

    @Test(
        "An answer that is cut or not HTTP is refused",
        arguments: [
            "", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nab",
        ])
    func malformedAnswers(_ text: String) {
        #expect(AdminClient.parse(Array(text.utf8)) == nil)
    }
}
