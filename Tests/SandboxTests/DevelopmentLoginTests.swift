import Events
import Hosting
import NIOCore
import NIOHTTP1
import Testing

@testable import Sandbox

@Suite("Tokens for trying things out")
struct DevelopmentLoginTests {
    static let now = Timestamp(unixNanoseconds: 1_795_220_000_000_000_000)
    static let login = DevelopmentLogin(
        secret: Secret("a secret of thirty-two bytes or more"), origins: ["http://127.0.0.1:8080"],
        agents: [SandboxProject.Agent(name: "ana.ruiz", fullName: "Ana Ruiz")])

    private func ask(
        _ body: String, method: HTTPMethod = .POST, origin: String? = "http://127.0.0.1:8080",
        type: String = "application/json"
    ) -> RestAnswer {
        var headers: HTTPHeaders = ["Content-Type": type]
        if let origin { headers.add(name: "Origin", value: origin) }
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: "/dev/token", headers: headers)
        return Self.login.answer(
            RawRequest(head: head, body: ByteBuffer(string: body), isLocal: true), now: Self.now)
    }

    @Test("Whoever says who he is gets a token with that name and role, for eight hours")
    func token() throws {
        let answer = ask(#"{"name":"Ana","role":"supervisor"}"#)
        #expect(answer.status == 200)
        let json = try JSONValue(parsing: answer.body)
        #expect(json["token"]?.string?.split(separator: ".").count == 3)
        #expect(json["expires"]?.string == Self.now.advanced(by: .seconds(28_800)).rfc3339)
        #expect(answer.headers.contains { $0 == ("Access-Control-Allow-Origin", "http://127.0.0.1:8080") })
    }

    @Test("A worker's name gives a token that is that worker's; anybody else's cannot be taken for one")
    func worker() throws {
        func claims(_ name: String) throws -> JSONValue {
            let answer = try JSONValue(parsing: ask("{\"name\":\"\(name)\",\"role\":\"agent\"}").body)
            let part = try #require(answer["token"]?.string?.split(separator: ".").dropFirst().first)
            var text = part.replacing("-", with: "+").replacing("_", with: "/")
            while text.count % 4 != 0 { text += "=" }
            return try JSONValue(parsing: try #require(Base64.decode(text.utf8)))
        }
        let ana = try claims("ana.ruiz")
        #expect(ana["sub"] == "ana.ruiz" && ana["name"] == "Ana Ruiz")
        let other = try claims("Ana Ruiz")
        #expect(other["sub"] == "dev:Ana Ruiz" && other["name"] == "Ana Ruiz")
    }

    @Test("A page of another origin gets nothing, not even to know that it may ask")
    func origins() {
        for method in [HTTPMethod.POST, .OPTIONS] {
            let answer = ask(#"{"name":"Ana","role":"admin"}"#, method: method, origin: "https://evil.example")
            #expect(answer.status == 403)
            #expect(!answer.headers.contains { $0.name.hasPrefix("Access-Control") })
        }
        let asked = ask("", method: .OPTIONS)
        #expect(asked.status == 204)
        #expect(asked.headers.contains { $0 == ("Access-Control-Allow-Headers", "content-type") })
    }

    @Test(
        "What is no name and role, or is not sent as JSON, gets no token",
        arguments: [
            (#"{"name":"","role":"agent"}"#, "application/json"),
            (#"{"name":"Ana","role":"root"}"#, "application/json"),
            ("[]", "application/json"), ("name=Ana&role=admin", "application/x-www-form-urlencoded"),
            (#"{"name":"Ana","role":"agent"}"#, "text/plain"),
        ])
    func refused(_ body: String, _ type: String) {
        #expect(ask(body, type: type).status == 400)
    }
}
