import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Gateway

@Suite("Connections", .timeLimit(.minutes(1)))
struct ConnectionTests {
    /// Runs the server on a free port.
    private func serve(
        _ gateway: TestGateway, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        try await gateway.server.application.test(.live) { client in
            try await body(try #require(client.port))
        }
    }

    @Test("Requests sent at once on one connection are answered in their order, and the connection stays open")
    func pipelinedRequestsAreAnsweredInOrder() async throws {
        let gateway = try TestGateway()
        try await serve(gateway) { port in
            try await RawClient.connect(port: port) { connection in
                let wrong = Webhook(token: "guess")
                try await connection.send(Webhook().http() + wrong.http() + Webhook().http())
                let first = await connection.receive {
                    $0.ranges(of: "HTTP/1.1 ").count == 3 && $0.hasSuffix("\r\n")
                }
                let statuses = first.ranges(of: "HTTP/1.1 ").map { first[$0.upperBound...].prefix(3) }
                #expect(statuses == ["204", "403", "204"])
                try await connection.send(Webhook().http("Connection: close\r\n"))
                #expect(await connection.receive().hasPrefix("HTTP/1.1 204"))
            }
        }
        #expect(gateway.publisher.events.count == 3)
    }

    @Test("A webhook that arrives byte by byte is taken", .timeLimit(.minutes(1)))
    func piecesAreJoined() async throws {
        let gateway = try TestGateway()
        try await serve(gateway) { port in
            try await RawClient.connect(port: port) { connection in
                for byte in Webhook().http("Connection: close\r\n") { try await connection.send([byte]) }
                #expect(await connection.receive().hasPrefix("HTTP/1.1 204"))
            }
        }
    }

    @Test("A chunked webhook is taken")
    func chunkedBodyIsTaken() async throws {
        let gateway = try TestGateway()
        try await serve(gateway) { port in
            try await RawClient.connect(port: port) { connection in
                let webhook = Webhook()
                try await connection.send(
                    "POST \(webhook.target) HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "X-Twilio-Signature: \(webhook.signature ?? "")\r\nTransfer-Encoding: chunked\r\n"
                        + "Connection: close\r\n\r\n")
                for half in [webhook.body.prefix(100), webhook.body.dropFirst(100)] {
                    try await connection.send(Array("\(String(half.count, radix: 16))\r\n".utf8) + half + [13, 10])
                }
                try await connection.send("0\r\n\r\n")
                #expect(await connection.receive().hasPrefix("HTTP/1.1 204"))
            }
        }
    }

    struct Slow: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let limit: String
        let bytes: String
        let answer: String
    }

    static let slow = [
        Slow(
            testDescription: "a head that does not end", limit: "header_timeout_ms: 150",
            bytes: "POST /webhooks/twilio/flex/taskrouter HTTP/1.1\r\nHost: a\r\n", answer: "HTTP/1.1 408"),
        Slow(
            testDescription: "a body that does not end", limit: "body_timeout_ms: 150",
            bytes: "POST /taskrouter-handler HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Content-Length: 100\r\n\r\nhalf", answer: "HTTP/1.1 408"),
        Slow(
            testDescription: "a connection that says nothing", limit: "header_timeout_ms: 150", bytes: "", answer: ""),
        Slow(
            testDescription: "an idle connection, with a piece of a head from the same packet or without",
            limit: "idle_timeout_ms: 1000", bytes: "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HT",
            answer: ""),
    ]

    @Test("Who is too slow is told so and let go", arguments: slow)
    func slowRequestsEnd(_ slow: Slow) async throws {
        let gateway = try TestGateway(slow.limit)
        try await serve(gateway) { port in
            try await RawClient.connect(port: port) { connection in
                if !slow.bytes.isEmpty { try await connection.send(slow.bytes) }
                let answer = await connection.receive()
                #expect(answer.contains(slow.answer) || slow.answer.isEmpty)
                #expect(answer.contains("gateway.request_timeout") != slow.answer.isEmpty)
            }
        }
    }

    @Test("A head over the limit gets 431, and the connection is closed")
    func largeHeadIsRefused() async throws {
        let gateway = try TestGateway("max_header_bytes: 1024")
        try await serve(gateway) { port in
            try await RawClient.connect(port: port) { connection in
                let filler = String(repeating: "x", count: 2_000)
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nX-Filler: \(filler)\r\n\r\n")
                let answer = await connection.receive()
                #expect(answer.hasPrefix("HTTP/1.1 431"))
                #expect(answer.contains("gateway.header_too_large"))
            }
        }
    }

    @Test(
        "What is no HTTP gets 400, and the connection is closed",
        arguments: [
            "\u{16}\u{3}\u{1}nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\nBad Header\r\n\r\n",
        ])
    func malformedHeadIsRefused(_ bytes: String) async throws {
        let gateway = try TestGateway()
        try await serve(gateway) { port in
            try await RawClient.connect(port: port) { connection in
                try await connection.send(bytes)
                let answer = await connection.receive()
                #expect(answer.hasPrefix("HTTP/1.1 400"))
                #expect(answer.contains("gateway.malformed_http"))
            }
        }
    }

    @Test("A body over the limit is refused before it is read, announced or not", arguments: [true, false])
    func largeBodyIsRefusedUnread(_ isAnnounced: Bool) async throws {
        let gateway = try TestGateway("max_body_bytes: 1024")
        try await serve(gateway) { port in
            try await RawClient.connect(port: port) { connection in
                let head =
                    "POST /taskrouter-handler HTTP/1.1\r\nHost: a\r\nX-Twilio-Signature: a\r\n"
                    + "Content-Type: application/x-www-form-urlencoded\r\n"
                if isAnnounced {
                    try await connection.send(head + "Content-Length: 1000000000\r\n\r\n")
                } else {
                    let chunk = "800\r\n" + String(repeating: "a", count: 2_048) + "\r\n"
                    try await connection.send(head + "Transfer-Encoding: chunked\r\n\r\n" + chunk)
                }
                let answer = await connection.receive()
                #expect(answer.hasPrefix("HTTP/1.1 413"))
                #expect(answer.lowercased().contains("connection: close"))
            }
        }
    }

    @Test("Connections beyond the limit get 503 with Retry-After, and a place is free again when one ends")
    func connectionsAreLimited() async throws {
        let gateway = try TestGateway("max_connections: 1")
        let ask = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
        try await gateway.server.application.test(.live) { client in
            // The test's own client holds the first connection, once it was answered on it.
            #expect(try await client.execute(uri: "/healthz", method: .get).status == .ok)
            let port = try #require(client.port)
            try await RawClient.connect(port: port) { connection in
                try await connection.send(ask)
                let answer = await connection.receive()
                #expect(answer.hasPrefix("HTTP/1.1 503"))
                #expect(answer.contains("gateway.too_many_connections"))
                #expect(answer.lowercased().contains("retry-after: 5"))
            }
            #expect(try await client.execute(uri: "/healthz", method: .get).status == .ok)
        }
        #expect(gateway.sample("patchbay_gateway_connections_refused_total") == "1")
        #expect(gateway.sample("patchbay_gateway_connections") == "0")
    }

    @Test("A connection that ends within a body publishes nothing")
    func brokenBodyIsNotPublished() async throws {
        let gateway = try TestGateway()
        try await serve(gateway) { port in
            try await RawClient.connect(port: port) { connection in
                let webhook = Webhook().http()
                try await connection.send(Array(webhook.dropLast(10)))
            }
            // The server has seen the end of the first connection when it answers on a second one.
            try await RawClient.connect(port: port) { connection in
                try await connection.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                #expect(await connection.receive().hasPrefix("HTTP/1.1 200"))
            }
        }
        #expect(gateway.publisher.events.isEmpty)
    }
}
