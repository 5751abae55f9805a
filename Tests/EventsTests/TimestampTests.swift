import Events
import TestSupport
import Testing

@Suite struct TimestampTests {
    @Test(
        "Times are written in UTC with as many digits as they need",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000000001Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00Z"), (1_764_000_000_250_000_000, "2025-11-24T16:00:00.250Z"),
            (1_764_000_000_000_250_000, "2025-11-24T16:00:00.000250Z"),
            (UInt64.max, "2554-07-21T23:34:33.709551615Z"),
        ] as [(UInt64, String)])
    func formats(nanoseconds: UInt64, text: String) throws {
        #expect(Timestamp(unixNanoseconds: nanoseconds).rfc3339 == text)
        #expect(try Timestamp(rfc3339: text).unixNanoseconds == nanoseconds)
    }

    @Test(
        "Offsets, long fractions, lower case and leap seconds are read",
        arguments: [
            ("2026-11-24T10:30:00+01:00", "2026-11-24T09:30:00Z"),
            ("2026-11-24T00:00:00-05:30", "2026-11-24T05:30:00Z"),
            ("2026-11-24t09:30:00z", "2026-11-24T09:30:00Z"), ("2026-11-24 09:30:00Z", "2026-11-24T09:30:00Z"),
            ("2026-11-24T09:30:00.1234567899Z", "2026-11-24T09:30:00.123456789Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"), ("1969-12-31T23:00:00-01:00", "1970-01-01T00:00:00Z"),
        ])
    func reads(text: String, expected: String) throws {
        #expect(try Timestamp(rfc3339: text).rfc3339 == expected)
    }

    @Test(
        "Other texts are refused",
        arguments: [
            "", "2026-11-24", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-24T24:00:00Z",
            "2026-11-24T09:30:00", "2026-11-24T09:30:00.Z", "2026-11-24T09:30:00+1:00", "2026-11-24T09:30:00Zx",
            "1969-12-31T23:59:59Z", "2555-01-01T00:00:00Z", "2026-11-24T09:60:00Z", "١٩٧٠-01-01T00:00:00Z",
        ])
    func refuses(text: String) {
        #expect(throws: EventError.timestampInvalid) { try Timestamp(rfc3339: text) }
    }

    @Test("Any moment survives writing and reading", arguments: 0..<10)
    func roundTrips(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1_000 {
            let moment = Timestamp(unixNanoseconds: random.next())
            #expect(try Timestamp(rfc3339: moment.rfc3339) == moment, "seed \(seed): \(moment.unixNanoseconds)")
        }
    }

    @Test("Moving a moment stops at the ends of the range")
    func saturates() {
        let moment = Timestamp(unixNanoseconds: 5)
        #expect(moment.advanced(by: .nanoseconds(7)).unixNanoseconds == 12)
        #expect(moment.advanced(by: .seconds(-1)).unixNanoseconds == 0)
        #expect(Timestamp(unixNanoseconds: .max).advanced(by: .seconds(1)).unixNanoseconds == .max)
    }
}
