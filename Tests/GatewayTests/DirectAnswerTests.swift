import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Gateway

@Suite("Answers given on the event loop", .timeLimit(.minutes(1)))
struct DirectAnswerTests {
    /// What takes the way through Hummingbird without changing the answer.
    static let roundabout = "Connection: keep-alive\r\n"

    /// Runs the server with the directory of ``LookupTests`` and sends bytes on one connection.
    private func exchange(_ bytes: [UInt8], until isEnough: @escaping @Sendable (String) -> Bool) async throws -> String
    {
        let served = ServedDirectory()
        served.serve(try TestVersion(1, LookupTests.entries).directory())
        let gateway = try TestGateway(served: served)
        return try await gateway.server.application.test(.live) { client in
            try await RawClient.connect(port: try #require(client.port)) { connection in
                try await connection.send(bytes)
                return await connection.receive(until: isEnough)
            }
        }
    }

    private static func lookup(_ digits: String) -> Webhook {
        Webhook([("agentExt", digits)], target: "/studio/extension")
    }

    private static func fields(_ answer: String) -> [String] {
        answer.split(separator: "\r\n").map { $0.lowercased().hasPrefix("date:") ? "date" : $0.lowercased() }.sorted()
    }

    @Test(
        "An answer is the same on both ways, but for the time",
        arguments: [
            lookup("0042"), lookup("9"), lookup("42").with { $0.signature = "guess" },
            lookup("42").with { $0.body += [38] },
        ])
    func bothWaysAnswerTheSame(_ request: Webhook) async throws {
        let direct = try await exchange(request.http()) { $0.hasSuffix("}") || $0.hasSuffix("}\n") }
        let other = try await exchange(request.http(Self.roundabout)) { $0.hasSuffix("}") || $0.hasSuffix("}\n") }
        #expect(Self.fields(direct) == Self.fields(other))
        #expect(Self.fields(direct).contains("date"))
    }

    @Test("Among webhooks on one connection lookups are answered in their turn")
    func pipelinedAnswersKeepTheirOrder() async throws {
        let row = [
            Webhook(), Self.lookup("0042"), Webhook(token: "guess"), Self.lookup("9"), Self.lookup("42"), Webhook(),
        ]
        let text = try await exchange(row.flatMap { $0.http() }) {
            $0.ranges(of: "HTTP/1.1 ").count == row.count && $0.hasSuffix("\r\n\r\n")
        }
        let statuses = text.ranges(of: "HTTP/1.1 ").map { text[$0.upperBound...].prefix(3) }
        #expect(statuses == ["204", "200", "403", "200", "200", "204"])
        let found = text.ranges(of: #""found":"#).map { text[$0.upperBound...].prefix(4) }
        #expect(found == ["true", "fals", "true"])
    }

    @Test("A lookup that comes in pieces, and one in chunks, are answered")
    func piecesAreJoined() async throws {
        let whole = Self.lookup("0042")
        let chunked =
            Array(
                "POST /studio/extension HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    .utf8)
            + Array("X-Twilio-Signature: \(whole.signature ?? "")\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
            + whole.body.flatMap { Array("1\r\n".utf8) + [$0, 13, 10] } + Array("0\r\n\r\n".utf8)
        let text = try await exchange(chunked + whole.http("Connection: close\r\n")) { _ in false }
        #expect(text.ranges(of: #""found":true"#).count == 2)
    }

    @Test("The time is written as HTTP wants it, and once a second")
    func dateIsWritten() {
        var date = HTTPDate()
        #expect(date.text(atSecond: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(date.text(atSecond: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(date.text(atSecond: 784_111_778) == "Sun, 06 Nov 1994 08:49:38 GMT")
    }
}
