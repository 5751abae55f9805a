import Directory
import Events
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import Gateway

@Suite("The sample's own page", .timeLimit(.minutes(1)))
struct SampleTests {
    private func ask(
        _ route: SampleRoute, _ members: [(String, JSONValue)], role: String = "supervisor", token: String? = nil,
        caller: FakeCaller, isEmpty: Bool = false
    ) async throws -> (status: HTTPResponse.Status, json: JSONValue) {
        let served = ServedDirectory()
        if !isEmpty { served.serve(try TestVersion(4, LookupTests.entries).directory()) }
        let gateway = try TestGateway(caller: caller, served: served, secrets: TestTokens.settings)
        return try await gateway.server.application.test(.router) { client in
            let token = token ?? TestTokens.token(TestTokens.claims(role: role))
            let body = JSONValue.object(JSONObject([("Token", .string(token))] + members))
            let response = try await client.execute(
                uri: route.rawValue, method: .post, headers: [.contentType: "application/json"],
                body: ByteBuffer(bytes: body.bytes))
            return (response.status, (try? JSONValue(parsing: Array(buffer: response.body))) ?? .null)
        }
    }

    private static func answer(_ status: Int64, _ body: JSONValue) -> JSONValue {
        ["status": .number(JSONNumber(status)), "body": .string(body.description)]
    }

    static let record: JSONValue = [
        "workerFullName": "Ana Ruiz", "extensionNumber": "0042", "workerSid": .string(LookupTests.ana),
    ]

    @Test("The list is the published workers, with the version and whether it is deployed")
    func list() async throws {
        for (state, isDeployed) in [("idle", true), ("deployed", true), ("deploying", false)] {
            let caller = FakeCaller(answers: [Self.answer(200, ["state": .string(state)])])
            let (status, json) = try await ask(.list, [], role: "agent", caller: caller)
            #expect(status == .ok)
            #expect(json == ["data": [Self.record], "version": "v4", "versionIsDeployed": .bool(isDeployed)])
        }
        let none = FakeCaller(answers: [Self.answer(200, ["state": "idle"])])
        let (_, json) = try await ask(.list, [], caller: none, isEmpty: true)
        #expect(json == ["data": [], "version": "v0", "versionIsDeployed": true])
    }

    @Test("An update goes into the draft whole: queues and numbers, and what the page does not know, are kept")
    func update() async throws {
        let caller = FakeCaller(answers: [Self.answer(200, ["revision": 21, "batch": "b"])])
        let new: JSONValue = ["workerFullName": "Ben", "extensionNumber": "55", "workerSid": "WKb", "mapKey": "WKb"]
        let (status, json) = try await ask(
            .update, [("data", [Self.record, new]), ("version", "v4")], caller: caller)
        #expect(status == .ok && json == ["success": true, "buildSid": "ZB21"])
        let call = try #require(caller.calls.first?.json)
        #expect(call["path"] == "/v1/extensions/import" && call["query"]?["mode"] == "replace")
        #expect(call["ifMatch"] == "\"v4\"")
        let rows = try #require(call["body"]?.string.flatMap { try JSONValue(parsing: $0.utf8).array })
        #expect(rows.count == 4)
        #expect(rows[0]["fallback"] == ["type": "queue", "queue": "Everyone"] && rows[0]["spokenName"] == "Ana Ruiz")
        #expect(rows[1]["mapKey"] == nil && rows[1]["workerSid"] == "WKb")
        #expect(rows[2]["extension"] == "42" && rows[2]["target"] == ["type": "queue", "queue": "Sales"])
        #expect(rows[3]["validUntil"] == "1970-01-01T00:00:00.000000005Z")
    }

    @Test("Both of the sample's alerts come word for word, with 409")
    func alerts() async throws {
        let changed = "Routes were updated by someone else and cannot be published. Please reload and try again."
        let running = "Another route publish is in progress. Publishing now will overwrite other changes."
        let stale = FakeCaller()
        let first = try await ask(.update, [("data", []), ("version", "v3")], caller: stale)
        #expect(first.status == .conflict && first.json["message"]?.string == changed && stale.calls.isEmpty)
        let codes: [(Int64, String, String)] = [
            (412, "extensions.draft_changed", changed), (409, "extensions.publish_in_progress", running),
        ]
        for (status, code, text) in codes {
            let caller = FakeCaller(answers: [Self.answer(status, ["code": .string(code)])])
            let answer = try await ask(.publish, [("buildSid", "ZB21")], caller: caller)
            #expect(answer.status == .conflict && answer.json["message"]?.string == text)
            #expect(caller.calls.first?.json?["ifMatch"] == "\"d21\"")
        }
    }

    @Test("A build is ready at once, and publishing it publishes exactly that draft")
    func publish() async throws {
        let ready = try await ask(.updateStatus, [("buildSid", "ZB21")], caller: FakeCaller())
        #expect(ready.json == ["buildStatus": "completed"])
        let caller = FakeCaller(answers: [Self.answer(202, ["publish": ["version": 5, "state": "validating"]])])
        let answer = try await ask(.publish, [("buildSid", "ZB21")], caller: caller)
        #expect(answer.json == ["success": true, "deploymentSid": "v5"])
        for build in ["ZB", "21", "ZB-1", "ZBx", "ZB21 "] {
            #expect(try await ask(.publish, [("buildSid", .string(build))], caller: FakeCaller()).status == .notFound)
        }
    }

    @Test("Missing parameters are named as the sample names them", arguments: SampleRoute.allCases)
    func parameters(_ route: SampleRoute) async throws {
        guard !route.required.isEmpty else { return }
        let (status, json) = try await ask(route, [("buildSid", ""), ("data", nil)], caller: FakeCaller())
        #expect(status == .badRequest)
        for (name, _) in route.required { #expect(json["parameterError"]?.string?.contains(name) == true) }
    }

    @Test("Nobody lists or publishes without the right role: the sample let everybody", arguments: SampleRoute.allCases)
    func roles(_ route: SampleRoute) async throws {
        let members: [(String, JSONValue)] = [("data", []), ("version", "v4"), ("buildSid", "ZB1")]
        let caller = FakeCaller(answers: [])
        for (name, token, _) in TestTokens.refused {
            let status = try await ask(route, members, token: token, caller: caller).status
            #expect(status == .unauthorized || status == .forbidden, "\(name)")
        }
        #expect(try await ask(route, members, token: "", caller: caller).status == .unauthorized)
        if route.role > .agent {
            #expect(try await ask(route, members, role: "agent", caller: caller).status == .forbidden)
        }
        #expect(caller.calls.isEmpty)
    }
}
