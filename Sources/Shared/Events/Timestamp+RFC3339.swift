extension Timestamp {
    /// Parses an RFC 3339 time, such as `2026-11-24T09:30:00Z`.
    ///
    /// The fraction may have any length (digits past the ninth are dropped), the offset is `Z` or numeric; lower-case
    /// `t` and `z` and a space between date and time are accepted.
    ///
    /// - Parameter text: The time.
    /// - Throws: ``EventError/timestampInvalid``.
    public init(rfc3339 text: some StringProtocol) throws(EventError) {
        try self.init(rfc3339: text.utf8)
    }

    /// Parses an RFC 3339 time from UTF-8 bytes.
    ///
    /// - Parameter bytes: The time.
    /// - Throws: ``EventError/timestampInvalid``.
    public init(rfc3339 bytes: some Sequence<UInt8>) throws(EventError) {
        var scanner = Scanner(bytes: Array(bytes))
        guard let parsed = scanner.timestamp() else { throw .timestampInvalid }
        self = parsed
    }

    /// The RFC 3339 form in UTC, with as many fraction digits as needed of 0, 3, 6 or 9: `2026-11-24T09:30:00.250Z`.
    public var rfc3339: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(30)
        appendRFC3339(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends ``rfc3339`` to a buffer.
    ///
    /// - Parameter bytes: Where to write, 20 to 30 bytes.
    public func appendRFC3339(to bytes: inout [UInt8]) {
        let seconds = Int(unixNanoseconds / 1_000_000_000)
        let nanoseconds = Int(unixNanoseconds % 1_000_000_000)
        let date = CivilDate(daysSince1970: seconds / 86_400)
        let time = seconds % 86_400
        Self.append(date.year, digits: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(date.month, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(date.day, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        Self.append(time / 3_600, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(time / 60 % 60, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(time % 60, digits: 2, to: &bytes)
        if nanoseconds != 0 {
            bytes.append(UInt8(ascii: "."))
            if nanoseconds % 1_000_000 == 0 {
                Self.append(nanoseconds / 1_000_000, digits: 3, to: &bytes)
            } else if nanoseconds % 1_000 == 0 {
                Self.append(nanoseconds / 1_000, digits: 6, to: &bytes)
            } else {
                Self.append(nanoseconds, digits: 9, to: &bytes)
            }
        }
        bytes.append(UInt8(ascii: "Z"))
    }

    private static func append(_ value: Int, digits: Int, to bytes: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}

extension Timestamp: CustomStringConvertible {
    public var description: String { rfc3339 }
}

/// Reads the fixed columns of an RFC 3339 time.
private struct Scanner {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func timestamp() -> Timestamp? {
        guard let year = number(digits: 4), take("-"), let month = number(digits: 2), take("-"),
            let day = number(digits: 2), take("T") || take("t") || take(" "),
            let hour = number(digits: 2), take(":"), let minute = number(digits: 2), take(":"),
            let second = number(digits: 2), let nanosecond = fraction(), let offset = offset(),
            position == bytes.count
        else { return nil }
        return Timestamp(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, nanosecond: nanosecond,
            offsetSeconds: offset)
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else {
            return nil
        }
        position += 1
        return Int(bytes[position - 1] - UInt8(ascii: "0"))
    }

    private mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        guard var value = digit() else { return nil }
        var count = 1
        while let digit = digit() {
            if count < 9 {
                value = value * 10 + digit
                count += 1
            }
        }
        while count < 9 {
            value *= 10
            count += 1
        }
        return value
    }

    private mutating func offset() -> Int? {
        if take("Z") || take("z") { return 0 }
        let sign: Int
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = number(digits: 2), take(":"), let minutes = number(digits: 2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 3_600 + minutes * 60)
    }
}
