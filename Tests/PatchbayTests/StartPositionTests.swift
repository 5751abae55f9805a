import Testing

@testable import Patchbay

@Suite struct StartPositionTests {
    @Test(
        "--from reads every form",
        arguments: [
            ("new", StartPosition.new), ("last:20", .last(20)), ("offset:0", .offset(0)),
            ("offset:18446744073709551615", .offset(.max)), ("time:1970-01-01T00:00:01Z", .time(1_000_000_000)),
            ("time:1970-01-01T01:00:00+01:00", .time(0)), ("90s", .ago(.seconds(90))), ("30m", .ago(.seconds(1_800))),
            ("2h", .ago(.seconds(7_200))), ("1d", .ago(.seconds(86_400))), ("250ms", .ago(.milliseconds(250))),
        ])
    func reads(text: String, expected: StartPosition) throws {
        #expect(try StartPosition(text) == expected)
    }

    @Test(
        "--from refuses everything else with a word on what it takes",
        arguments: [
            "", "now", "last", "last:", "last:0", "last:-1", "last:100001", "offset:", "offset:-1", "offset:1.5",
            "time:yesterday", "time:2026-01-31", "2", "h", "-2h", "2w", "2 h", "99999999999999999999d", "99999999d",
            "٢h",
        ])
    func refuses(text: String) {
        #expect(throws: StartPosition.Problem.self) { try StartPosition(text) }
    }
}
