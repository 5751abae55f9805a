import Events

/// Reads a line as ``DirectoryEntry/write(to:)`` writes it, without a tree of values in between: a large directory is a
/// hundred thousand of them, and whoever takes it over is waited for.
///
/// A line that is written otherwise (an escape in a text, members in another order) is left to the parser.
struct CanonicalLine {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The entry; nil where only the parser can say what the line is.
    mutating func entry() -> DirectoryEntry? {
        guard skip("{\"number\":"), let number = text(), number.utf8.allSatisfy(Keypad.isDigit),
            skip(",\"target\":"), let target = target(), skip(",\"spokenName\":"),
            let spokenName = text(mayBeEmpty: true)
        else { return nil }
        var entry = DirectoryEntry(number: number, target: target, spokenName: spokenName)
        if skip(",\"fallback\":") {
            guard let fallback = self.target() else { return nil }
            entry.fallback = fallback
        }
        if skip(",\"validUntil\":") {
            guard let end = text().flatMap({ try? Timestamp(rfc3339: $0) }) else { return nil }
            entry.validUntil = end
        }
        return skip("}") && position == bytes.count ? entry : nil
    }

    private mutating func target() -> DirectoryTarget? {
        let target: DirectoryTarget
        if skip("{\"type\":\"worker\",\"workerSid\":") {
            guard let sid = text().flatMap({ try? WorkerSID(lenient: $0) }), skip(",\"workerName\":"), let name = text()
            else { return nil }
            target = .worker(sid: sid, name: name)
        } else if skip("{\"type\":\"queue\",\"queue\":") {
            guard let name = text() else { return nil }
            target = .queue(name: name)
        } else if skip("{\"type\":\"number\",\"number\":") {
            guard let number = text() else { return nil }
            target = .number(number)
        } else {
            return nil
        }
        return skip("}") ? target : nil
    }

    private mutating func skip(_ literal: StaticString) -> Bool {
        let isHere = literal.withUTF8Buffer { expected in
            bytes.count - position >= expected.count
                && UnsafeRawBufferPointer(rebasing: bytes[position..<position + expected.count]).elementsEqual(expected)
        }
        if isHere { position += literal.utf8CodeUnitCount }
        return isHere
    }

    /// A quoted text without escapes.
    private mutating func text(mayBeEmpty: Bool = false) -> String? {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return nil }
        var end = position + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
            guard bytes[end] >= 0x20, bytes[end] != UInt8(ascii: "\\") else { return nil }
            end += 1
        }
        guard end < bytes.count, mayBeEmpty || end > position + 1 else { return nil }
        let inside = UnsafeRawBufferPointer(rebasing: bytes[position + 1..<end])
        position = end + 1
        return String(validating: inside, as: UTF8.self)
    }
}
