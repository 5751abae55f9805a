import Glibc

/// The time of an answer as RFC 9110 (5.6.7) writes it: `Tue, 24 Nov 2026 19:30:00 GMT`; made once a second.
struct HTTPDate {
    private var second = 0
    private var text = ""

    mutating func text(atSecond second: Int) -> String {
        guard second != self.second || text.isEmpty else { return text }
        var clock = time_t(second)
        var parts = tm()
        gmtime_r(&clock, &parts)
        text = String(unsafeUninitializedCapacity: 40) { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                strftime($0.baseAddress, $0.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            }
        }
        self.second = second
        return text
    }
}
