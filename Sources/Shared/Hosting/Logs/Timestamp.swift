import Glibc

/// A wall-clock time to the millisecond, printed as RFC 3339 in UTC.
struct Timestamp: Hashable, Sendable {
    let milliseconds: Int

    static func now() -> Timestamp {
        Timestamp(milliseconds: Int(SystemTime.unixNanoseconds() / 1_000_000))
    }
}

extension Timestamp: CustomStringConvertible {
    var description: String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = "\(pad(parts.tm_year + 1900, 4))-\(pad(parts.tm_mon + 1, 2))-\(pad(parts.tm_mday, 2))"
        let time = "\(pad(parts.tm_hour, 2)):\(pad(parts.tm_min, 2)):\(pad(parts.tm_sec, 2))"
        return "\(date)T\(time).\(pad(Int32(milliseconds % 1000), 3))Z"
    }

    private func pad(_ number: Int32, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
