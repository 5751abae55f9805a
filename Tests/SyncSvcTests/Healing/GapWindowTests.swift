import Events
import Testing
import TwilioREST

@testable import SyncSvc

@Suite struct GapWindowTests {
    static let since = Timestamp(unixNanoseconds: 1_700_000_000_000_000_000)

    /// Lists one entry a second, or nil when they are more than the limit.
    static func list(_ limit: Int) -> (Timestamp) throws(TwilioError) -> [Int]? {
        { until in
            let seconds = Int(since.duration(to: until) / .seconds(1))
            return seconds > limit ? nil : Array(0..<seconds)
        }
    }

    @Test("What SyncSvc made itself was not missed: a counterpart, an agent's system conversation")
    func ours() {
        func isOurs(_ attributes: JSONValue) -> Bool { GapReader.isOurs(attributes.object ?? JSONObject()) }
        #expect(isOurs(["patchbay": ["pair": "CH1", "from": "flex"]]))
        #expect(isOurs(["isNotificationSystem": true]))
        #expect(!isOurs(["patchbay": ["delivery": "read"], "from": "Ana"]))
    }

    @Test("Windows that a limit cuts go on where the one before ended, and leave nothing out")
    func goesOn() async throws {
        let end = Self.since.advanced(by: .seconds(1_000))
        var from = Self.since
        var read = 0
        var windows = 0
        while from < end {
            var until = end
            let begin = from
            let entries = try await GapReader.window(from, &until, limit: 100) { time throws(TwilioError) -> [Int]? in
                let seconds = Int(begin.duration(to: time) / .seconds(1))
                return seconds > 100 ? nil : Array(0..<seconds)
            }
            #expect(entries.count <= 100)
            #expect(until > from)
            read += Int(from.duration(to: until) / .seconds(1))
            from = until
            windows += 1
        }
        #expect(from == end)
        #expect(read >= 1_000 - windows && windows > 9)
    }

    @Test("A whole window is read at once, and too much in one second is an error, not a gap")
    func bounds() async throws {
        var until = Self.since.advanced(by: .seconds(100))
        let entries = try await GapReader.window(Self.since, &until, limit: 100, Self.list(100))
        #expect(entries.count == 100 && until == Self.since.advanced(by: .seconds(100)))
        await #expect(throws: TwilioError.self) {
            var until = Self.since.advanced(by: .seconds(100))
            _ = try await GapReader.window(Self.since, &until, limit: 1) { _ throws(TwilioError) -> [Int]? in nil }
        }
    }
}
