import Events
import Synchronization
import Testing

@testable import TwilioREST

@Suite("Tokens of Flex", .timeLimit(.minutes(1)))
struct FlexTokenTests {
    private let start = Timestamp(unixNanoseconds: 1_800_000_000_000_000_000)
    private let valid =
        "{\"valid\":true,\"identity\":\"ana\",\"worker_sid\":\"WK\(String(repeating: "1", count: 32))\","
        + "\"roles\":[\"supervisor\"],\"expiration\":\"2027-01-15T08:00:20Z\"}"

    private func tokens(_ transport: ScriptedTransport, _ clock: ManualTime) -> FlexTokens {
        FlexTokens(client: Fixture.client(transport), wallClock: { clock.now })
    }

    @Test("A valid one is asked for once until it or the minute ends")
    func cached() async throws {
        // 1_800_000_000 is 2027-01-15T08:00:00Z, so this one ends after 20 s.
        let transport = ScriptedTransport(.json(200, valid), .json(200, "{\"valid\":false,\"message\":\"expired\"}"))
        let clock = ManualTime(start)
        let tokens = tokens(transport, clock)
        #expect(try await tokens.validate("t")?.roles == ["supervisor"])
        clock.now = start.advanced(by: .milliseconds(19_900))
        #expect(try await tokens.validate("t")?.identity == "ana")
        #expect(transport.requests.count == 1)
        clock.now = start.advanced(by: .seconds(20))
        #expect(try await tokens.validate("t") == nil)
        #expect(
            transport.requests[0].url == "https://iam.twilio.com/v1/Accounts/\(Fixture.account)/Tokens/validate")
        #expect(transport.requests[0].body == Array("{\"token\":\"t\"}".utf8))
    }

    @Test("One that does not say when it ends is good for a minute")
    func minute() {
        var cache = FlexTokenCache()
        let identity = FlexTokenIdentity(identity: "a", workerSID: nil, roles: [], expiration: nil, realmUserID: nil)
        cache.keep(identity, of: "t", now: start)
        #expect(cache.identity(of: "t", now: start.advanced(by: .milliseconds(59_999))) == identity)
        #expect(cache.identity(of: "t", now: start.advanced(by: .seconds(60))) == nil)
    }

    @Test("Refusals are not kept, and when nobody answers it is no yes")
    func closed() async throws {
        let transport = ScriptedTransport(
            .json(403, "{}"), .json(200, "{\"valid\":true}"), .json(401, "{}"), .json(200, "x"))
        let tokens = tokens(transport, ManualTime(start))
        #expect(try await tokens.validate("t") == nil)
        #expect(try await tokens.validate("t") == nil)
        for _ in 0..<3 { await #expect(throws: TwilioError.self) { try await tokens.validate("t") } }
        #expect(try await tokens.validate("") == nil)
        #expect(try await tokens.validate(String(repeating: "x", count: 8_193)) == nil)
    }
}

/// A wall clock that stands until it is set.
private final class ManualTime: Sendable {
    private let time: Mutex<Timestamp>

    init(_ time: Timestamp) { self.time = Mutex(time) }

    var now: Timestamp {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }
}
