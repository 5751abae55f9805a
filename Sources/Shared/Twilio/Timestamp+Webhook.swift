public import Events

extension Timestamp {
    /// Reads a time the way the given parameter has it; nil when it is something else.
    init?(webhook bytes: UnsafeRawBufferPointer, format: TimeFormat) {
        switch format {
        case .epochMilliseconds:
            guard let value = UInt64(String(decoding: bytes, as: UTF8.self)),
                let time = Timestamp(unixMilliseconds: value)
            else { return nil }
            self = time
        case .epochSeconds:
            guard let value = UInt64(String(decoding: bytes, as: UTF8.self)), value < 1 << 40,
                let time = Timestamp(unixMilliseconds: value * 1_000)
            else { return nil }
            self = time
        case .text:
            if let time = try? Timestamp(rfc3339: bytes) {
                self = time
            } else {
                self.init(rfc2822: String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    /// Parses an RFC 2822 time: `Tue, 24 Nov 2026 09:30:00 +0000`; the weekday may be missing, the zone may be `GMT`.
    ///
    /// - Parameter text: The time.
    public init?(rfc2822 text: String) {
        var words = text.split(separator: " ")
        if words.first?.hasSuffix(",") == true { words.removeFirst() }
        guard words.count == 5, let day = Int(words[0]), let year = Int(words[2]),
            let month = Self.months.firstIndex(of: words[1].lowercased())
        else { return nil }
        let clock = words[3].split(separator: ":").map { Int($0) }
        guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            let offset = Self.offset(words[4])
        else { return nil }
        self.init(
            year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second, offsetSeconds: offset)
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    private static func offset(_ zone: Substring) -> Int? {
        if zone == "GMT" || zone == "UTC" || zone == "Z" { return 0 }
        guard zone.utf8.count == 5, let number = Int(zone.dropFirst()), number >= 0, number % 100 < 60 else {
            return nil
        }
        let seconds = number / 100 * 3_600 + number % 100 * 60
        switch zone.first {
        case "+": return seconds
        case "-": return -seconds
        default: return nil
        }
    }
}
