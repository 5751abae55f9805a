import Events
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Gateway

@Suite("The page of service levels", .timeLimit(.minutes(1)))
struct ServiceLevelPageTests {
    static func times(_ median: Int, _ most: Int) -> JSONValue {
        [
            "count": 3, "averageMs": .number(JSONNumber(median)), "p50Ms": .number(JSONNumber(median)),
            "p95Ms": .number(JSONNumber(most)), "longestMs": .number(JSONNumber(most)),
        ]
    }

    static func row(_ name: String, _ interactions: Int, wait: JSONValue = times(4_200, 61_000)) -> JSONValue {
        [
            "name": .string(name), "interactions": .number(JSONNumber(interactions)), "abandoned": 1, "wait": wait,
            "firstResponse": times(850, 2_000), "response": ["count": 0], "duration": times(600_000, 7_260_000),
        ]
    }

    static func report(_ interactions: Int = 3, isComplete: Bool = true) -> JSONValue {
        [
            "since": "2026-11-23T11:54:10.5Z", "until": "2026-11-24T11:54:10.5Z", "isComplete": .bool(isComplete),
            "total": row("", interactions), "queues": [row("Orders & <Returns>", 3)],
            "agents": [row("ana.ruiz", 2), row("ben.cole", 1, wait: times(2_100, 30_500))],
            "channels": [row("web", 3)],
        ]
    }

    static func page(_ answer: JSONValue?, _ language: StartPageText.Language = .english) -> String {
        ServiceLevelPage(
            language: language, window: .day, figures: answer.flatMap { ServiceLevelFigures($0.bytes) }
        ).html
    }

    @Test("SyncSvc is asked for the chosen period, and its report is shown with names escaped")
    func shown() async throws {
        let gateway = try TestGateway(caller: FakeCaller(json: Self.report()))
        try await gateway.server.application.test(.live) { client in
            let response = try await client.execute(uri: "/service-levels?hours=168&lang=en", method: .get)
            #expect(response.status == .ok)
            #expect(response.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            #expect(response.headers[.cacheControl] == "no-store")
            let html = String(buffer: response.body)
            for part in [
                "Orders &amp; &lt;Returns&gt;", "ana.ruiz", "Web chat", "4 s <small>95 %: 1 min 1 s</small>",
                "2026-11-24 11:54 UTC", "850 ms", "10 min 0 s", "2 h 1 min", "hours=168&amp;lang=es",
            ] { #expect(html.contains(part), "\(part)") }
            #expect(gateway.caller.calls.map(\.service) == ["sync.service-levels"])
            #expect(gateway.caller.calls.first?.json?["hours"] == 168)
        }
    }

    @Test("A period that is not offered is that of a day", arguments: ["", "?hours=2", "?hours=x", "?hours=24"])
    func period(_ query: String) async throws {
        let gateway = try TestGateway(caller: FakeCaller(json: Self.report()))
        try await gateway.server.application.test(.live) { client in
            _ = try await client.execute(uri: "/service-levels" + query, method: .get)
            #expect(gateway.caller.calls.first?.json?["hours"] == 24)
        }
    }

    @Test("Figures of agents are refused to whoever comes through a proxy")
    func isPrivate() async throws {
        let gateway = try TestGateway(caller: FakeCaller(json: Self.report()))
        try await gateway.server.application.test(.live) { client in
            let forwarded = try await client.execute(
                uri: "/service-levels", method: .get, headers: [.forwardedFor: "203.0.113.9"])
            #expect(forwarded.status == .forbidden && forwarded.code == "gateway.page_private")
        }
        #expect(gateway.caller.calls.isEmpty)
    }

    @Test("While nobody answers, or with nonsense, the page says what to look at and is 503")
    func away() async throws {
        for caller in [FakeCaller(), FakeCaller(json: ["error": "x"])] {
            let gateway = try TestGateway(caller: caller)
            try await gateway.server.application.test(.live) { client in
                let response = try await client.execute(uri: "/service-levels", method: .get)
                #expect(response.status == .serviceUnavailable)
                #expect(String(buffer: response.body).contains("patchbay-sync"))
            }
        }
    }

    @Test("Without interactions it says how one comes to be there; a report that was cut says so")
    func states() {
        let empty = Self.page(Self.report(0))
        #expect(empty.contains("No interaction has ended") && !empty.contains("<table"))
        #expect(Self.page(Self.report(isComplete: false)).contains("more interactions than one report"))
        #expect(!Self.page(Self.report()).contains("more interactions than one report"))
    }

    @Test("In Spanish no English word is left between the tags")
    func spanish() {
        let html = Self.page(Self.report(), .spanish)
        for word in ["Wait", "Duration", "By ", "Abandoned", "response", "hour", "Service levels"] {
            #expect(!html.contains(">\(word)"), "\(word)")
        }
        #expect(html.contains("<html lang=\"es\">") && html.contains("Por cola"))
    }

    @Test("Bars of one column share its scale, and none is longer than it or vanishes")
    func bars() {
        let html = Self.page(Self.report())
        #expect(html.contains(#"<rect class="most" width="100.0""#))
        #expect(html.contains(#"<rect class="half" width="3.4""#))
        #expect(html.contains(#"<rect class="most" width="50.0""#))
    }

    @Test(
        "Lengths of time have the two units that matter",
        arguments: [
            (0, "0 ms"), (999, "999 ms"), (1_000, "1 s"), (59_499, "59 s"), (59_500, "1 min 0 s"),
            (3_599_499, "59 min 59 s"), (3_599_500, "1 h 0 min"), (90_000_000, "25 h 0 min"),
        ] as [(UInt64, String)])
    func spans(_ milliseconds: UInt64, _ text: String) {
        #expect(ServiceLevelPage.span(milliseconds) == text)
    }
}
