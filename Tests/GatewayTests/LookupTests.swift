import Crypto
import Directory
import Events
import HTTPTypes
import Hosting
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing
import Twilio

@testable import Gateway

@Suite("Lookups of extensions", .timeLimit(.minutes(1)))
struct LookupTests {
    static let ana = "WK" + String(repeating: "a", count: 32)
    static let entries: [DirectoryEntry] = [
        DirectoryEntry(
            number: "0042", target: worker(ana, "Ana Ruiz"), spokenName: "Ana Ruiz",
            fallback: .queue(name: "Everyone")),
        DirectoryEntry(number: "42", target: .queue(name: "Sales"), spokenName: "Ventas"),
        DirectoryEntry(
            number: "77", target: .number("+34911222333"), spokenName: "Guardia",
            validUntil: Timestamp(unixNanoseconds: 5)),
    ]

    private static func worker(_ sid: String, _ name: String) -> DirectoryTarget {
        guard let sid = try? WorkerSID(sid) else { preconditionFailure("\(sid) is no SID") }
        return .worker(sid: sid, name: name)
    }

    private func gateway(isEmpty: Bool = false) throws -> TestGateway {
        let served = ServedDirectory()
        if !isEmpty { served.serve(try TestVersion(1, Self.entries).directory()) }
        return try TestGateway(served: served)
    }

    private func ask(_ gateway: TestGateway, _ pairs: [(String, String)], on path: String) async throws -> TestResponse
    {
        try await gateway.answer(Webhook(pairs, target: path))
    }

    static let answers: [(String, [(String, String)], String)] = [
        (
            "/studio/extension", [("agentExt", "0042")],
            #"{"found":true,"workerSID":"\#(ana)","target":{"type":"worker","workerSid":"\#(ana)","#
                + #""workerName":"Ana Ruiz"},"spokenName":"Ana Ruiz","fallback":{"type":"queue","queue":"Everyone"}}"#
        ),
        (
            "/studio/extension", [("agentExt", "42#")],
            #"{"found":true,"target":{"type":"queue","queue":"Sales"},"spokenName":"Ventas"}"#
        ),
        ("/studio/extension", [("agentExt", "77")], #"{"found":false}"#),
        ("/studio/extension", [("agentExt", "")], #"{"found":false}"#),
        ("/studio/extension", [("agentExt", "1e5")], #"{"found":false}"#),
        ("/studio/extension", [("agentExt", String(repeating: "4", count: 1_000))], #"{"found":false}"#),
        ("/agentExtensions", [("agentExt", "0042")], #"{"found":true,"workerSID":"\#(ana)"}"#),
        ("/agentExtensions", [("agentExt", "042")], #"{"found":false}"#),
        (
            "/studio/dial-by-name", [("digits", "784")],
            #"{"matches":[{"extension":"0042","workerSID":"\#(ana)","target":{"type":"worker","#
                + #""workerSid":"\#(ana)","workerName":"Ana Ruiz"},"spokenName":"Ana Ruiz","#
                + #""fallback":{"type":"queue","queue":"Everyone"}}],"count":1}"#
        ),
        ("/studio/dial-by-name", [("digits", "9999")], #"{"matches":[],"count":0}"#),
    ]

    @Test("Everything keyed in has an answer", arguments: answers)
    func isAnswered(_ path: String, _ pairs: [(String, String)], _ body: String) async throws {
        let response = try await ask(try gateway(), pairs, on: path)
        #expect(response.status == .ok)
        #expect(String(buffer: response.body) == body)
    }

    @Test("A JSON body is taken with its hash in the query")
    func json() async throws {
        let body = Array(#"{"agentExt":"0042"}"#.utf8)
        let hash = SHA256.hash(data: body).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let target = "/studio/extension?bodySHA256=\(hash)"
        var webhook = Webhook([], target: target)
        webhook.body = body
        webhook.contentType = "application/json"
        webhook.signature = WebhookSignature(tokens: [Array(TestGateway.flexToken.utf8)])
            .header(url: TestGateway.publicURL + target, form: FormParameters([]))
        let response = try await gateway().answer(webhook)
        #expect(response.status == .ok && String(buffer: response.body).contains(Self.ana))
    }

    @Test("Without a project's signature nobody learns anything", arguments: LookupHandler.Route.allCases)
    func signatures(_ route: LookupHandler.Route) async throws {
        let gateway = try gateway()
        let pairs = [("agentExt", "0042"), ("digits", "784")]
        for change: (inout Webhook) -> Void in [
            { $0.signature = nil }, { $0.signature = "AAAA" }, { $0.body += Array("&x=1".utf8) },
            { $0 = Webhook(pairs, target: route.rawValue, token: "another token") },
            { $0 = Webhook(pairs, target: route.rawValue, url: "https://evil.example") },
            {
                let other = pairs + [("AccountSid", TestGateway.frontlineAccount)]
                $0 = Webhook(other, target: route.rawValue)
            },
        ] {
            let response = try await gateway.answer(Webhook(pairs, target: route.rawValue).with(change))
            #expect(response.status == .forbidden)
        }
        let rotated = Webhook(pairs, target: route.rawValue, token: TestGateway.nextFlexToken)
        #expect(try await gateway.answer(rotated).status == .ok)
        let get = try await gateway.answer(rotated.with { $0.method = .get })
        #expect(get.status == .methodNotAllowed)
    }

    @Test("Without a directory the answer is an error, never that nobody is there")
    func nothingServed() async throws {
        let response = try await ask(try gateway(isEmpty: true), [("agentExt", "0042")], on: "/studio/extension")
        #expect(response.status == .serviceUnavailable && response.code == "lookup.no_directory")
        #expect(response.headers[.retryAfter] != nil)
    }

    @Test("A missing parameter is named, in the sample's words on the sample's path")
    func missing() async throws {
        let sample = try await ask(try gateway(), [("x", "1")], on: "/agentExtensions")
        #expect(sample.status == .badRequest)
        #expect(String(buffer: sample.body).contains(#"{"parameterError":"Missing parameter(s): agentExt"#))
        let studio = try await ask(try gateway(), [("x", "1")], on: "/studio/extension")
        #expect(studio.status == .unprocessableContent && studio.code == "gateway.parameter_missing")
    }
}
