import Events
import HTTPTypes
import Hosting
import HummingbirdTesting
import NIOCore
import Testing

@testable import Gateway

@Suite("Pages about the Gateway itself", .timeLimit(.minutes(1)))
struct StatusPageTests {
    @Test("/healthz is 200 until the process has failed for good")
    func healthFollowsFailure() async throws {
        let gateway = try TestGateway()
        try await gateway.server.application.test(.router) { client in
            let before = try await client.execute(uri: "/healthz", method: .get)
            #expect(before.status == .ok)
            gateway.health.fail("the disk is gone")
            let after = try await client.execute(uri: "/healthz", method: .get)
            #expect(after.status == .serviceUnavailable)
        }
    }

    @Test("/readyz names what is missing: the bus, since when, and why")
    func readinessHasReasons() async throws {
        let gateway = try TestGateway()
        gateway.publisher.availability = .away(for: .seconds(12), lastError: "no such file")
        try await gateway.server.application.test(.live) { client in
            let away = try await client.execute(uri: "/readyz", method: .get)
            #expect(away.status == .serviceUnavailable)
            let reasons = try JSONValue(parsing: Array(buffer: away.body))["reasons"]?.array
            #expect(reasons?.compactMap(\.string) == ["bus: away for 12 s: no such file"])
            gateway.publisher.availability = .connected
            let ready = try await client.execute(uri: "/readyz", method: .get)
            #expect(ready.status == .ok)
            #expect(try JSONValue(parsing: Array(buffer: ready.body))["ready"]?.bool == true)
        }
    }

    @Test("/metrics has our figures under our instance and shows absent processes, for local peers")
    func metricsAreMerged() async throws {
        let gateway = try TestGateway(adminSockets: [("broker", "/nonexistent/admin-broker.sock")])
        try await gateway.server.application.test(.live) { client in
            _ = try await client.send(Webhook())
            let text = String(buffer: try await client.execute(uri: "/metrics", method: .get).body)
            #expect(text.contains("patchbay_instance_up{instance=\"broker\"} 0"))
            #expect(text.contains("patchbay_instance_up{instance=\"gateway\"} 1"))
            let accepted = #"{instance="gateway",family="taskrouter",outcome="accepted",project="flex"} 1"#
            #expect(text.contains("patchbay_gateway_webhooks_total" + accepted))
            #expect(text.contains("patchbay_gateway_webhook_duration_seconds_bucket"))
        }
    }

    @Test(
        "/metrics is refused to peers behind a proxy unless it is public",
        arguments: [
            ("", HTTPResponse.Status.forbidden), ("metrics_public: true", .ok),
        ])
    func metricsArePrivate(_ yaml: String, _ status: HTTPResponse.Status) async throws {
        let gateway = try TestGateway(yaml)
        try await gateway.server.application.test(.live) { client in
            let forwarded = try await client.execute(
                uri: "/metrics", method: .get, headers: [.forwardedFor: "203.0.113.9"])
            #expect(forwarded.status == status)
        }
    }

    @Test(
        "The start page speaks the language asked for",
        arguments: [
            ("", "", "en"), ("", "es-MX,es;q=0.9,en;q=0.8", "es"), ("", "fr,es", "es"), ("?lang=es", "en", "es"),
            ("?lang=xx", "es", "es"), ("?lang=en", "es", "en"),
        ])
    func startPageIsTranslated(_ query: String, _ accepted: String, _ language: String) async throws {
        let gateway = try TestGateway()
        try await gateway.server.application.test(.router) { client in
            let response = try await client.execute(
                uri: "/" + query, method: .get, headers: [.acceptLanguage: accepted])
            #expect(response.headers[.contentType] == "text/html; charset=utf-8")
            #expect(response.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            #expect(String(buffer: response.body).contains("<html lang=\"\(language)\">"))
        }
    }

    @Test("The start page shows webhook addresses to local peers only")
    func addressesAreForLocalPeers() async throws {
        let gateway = try TestGateway()
        let url = "https://bus.example.com/webhooks/twilio/flex/taskrouter"
        try await gateway.server.application.test(.live) { client in
            let local = String(buffer: try await client.execute(uri: "/", method: .get).body)
            #expect(local.contains(url) && local.contains("patchbay tap") && local.contains("/chat-to-frontline"))
            let remote = try await client.execute(uri: "/", method: .get, headers: [.forwarded: "for=203.0.113.9"])
            #expect(!String(buffer: remote.body).contains("flex"))
            gateway.publisher.availability = .away(for: .zero, lastError: nil)
            let away = String(buffer: try await client.execute(uri: "/", method: .get).body)
            #expect(local.contains("Bus connected") && away.contains("Bus away"))
        }
    }

    @Test("Pages take GET and HEAD only", arguments: ["/", "/healthz", "/readyz", "/metrics"])
    func pagesAreReadOnly(_ path: String) async throws {
        let gateway = try TestGateway()
        try await gateway.server.application.test(.live) { client in
            let post = try await client.execute(uri: path, method: .post)
            #expect(post.status == .methodNotAllowed)
            #expect(post.headers[.allow] == "GET, HEAD")
            let head = try await client.execute(uri: path, method: .head)
            #expect(head.status == .ok)
            #expect(head.body.readableBytes == 0)
        }
    }

    @Test("Text in pages is escaped")
    func htmlIsEscaped() {
        #expect(HTMLPage.escaped(#"<a href="x">&"#) == "&lt;a href=&quot;x&quot;&gt;&amp;")
    }
}
