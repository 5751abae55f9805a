import Events

/// Where `patchbay tap --from` begins.
enum StartPosition: Hashable, Sendable {
    /// With the next event.
    case new
    /// With the n-th last event that matches.
    case last(Int)
    case offset(UInt64)
    /// With the first event at or after a moment, in nanoseconds since 1970.
    case time(UInt64)
    /// With the first event of the last so-and-so long.
    case ago(Duration)

    /// Events that `last:N` may ask for at most: they are held in memory until they are in order.
    static let lastLimit = 100_000

    /// Reads `new`, `last:N`, `offset:N`, `time:2026-01-31T10:00:00Z`, `90s`, `30m`, `2h` or `1d`.
    ///
    /// - Throws: ``Problem`` with what was expected.
    init(_ text: String) throws(Problem) {
        if text == "new" {
            self = .new
        } else if let count = text.dropping("last:") {
            guard let number = Int(count), (1...Self.lastLimit).contains(number) else {
                throw Problem("'\(text)': last:N takes 1 to \(Self.lastLimit) events")
            }
            self = .last(number)
        } else if let offset = text.dropping("offset:") {
            guard let number = UInt64(offset) else { throw Problem("'\(text)': offset:N takes a whole number") }
            self = .offset(number)
        } else if let time = text.dropping("time:") {
            guard let moment = try? Timestamp(rfc3339: time) else {
                throw Problem("'\(text)': time:T takes RFC 3339 with a zone, such as time:2026-01-31T10:00:00Z")
            }
            self = .time(moment.unixNanoseconds)
        } else if let length = Self.duration(text) {
            self = .ago(length)
        } else {
            throw Problem("'\(text)' is none of new, last:N, offset:N, time:T or a length such as 90s, 30m, 2h, 1d")
        }
    }

    /// Reads a length of time with its unit: `250ms`, `90s`, `30m`, `2h`, `1d`; at most 10 years.
    static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits), !digits.isEmpty else { return nil }
        let milliseconds: Int
        switch text.dropFirst(digits.count) {
        case "ms": milliseconds = 1
        case "s": milliseconds = 1_000
        case "m": milliseconds = 60_000
        case "h": milliseconds = 3_600_000
        case "d": milliseconds = 86_400_000
        default: return nil
        }
        let (total, overflow) = count.multipliedReportingOverflow(by: milliseconds)
        guard !overflow, total <= 3_650 * 86_400_000 else { return nil }
        return .milliseconds(total)
    }

    struct Problem: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}

extension String {
    /// What follows `prefix`, or nil when the text begins otherwise.
    func dropping(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
