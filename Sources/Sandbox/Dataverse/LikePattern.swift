/// T-SQL's LIKE over folded bytes, as Dataverse's string functions take it: `%` any bytes, `_` one, `[x]` the byte itself.
enum LikePattern {
    private static let any = UInt8(ascii: "%")
    private static let one = UInt8(ascii: "_")
    private static let open = UInt8(ascii: "[")

    /// Whether a text is more than itself.
    static func isPattern(_ folded: [UInt8]) -> Bool { folded.contains { $0 == any || $0 == one || $0 == open } }

    /// Whether a text fits, after the first mistake from where the last `%` was.
    static func matches(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
        var (position, mark) = (0, 0)
        var retry: (position: Int, mark: Int)?
        while position < text.count {
            if mark < pattern.count, pattern[mark] == any {
                mark += 1
                retry = (position, mark)
                continue
            }
            let (fits, length) = step(text[position], pattern, mark)
            if fits {
                position += 1
                mark += length
            } else if let last = retry {
                retry = (last.position + 1, last.mark)
                (position, mark) = (last.position + 1, last.mark)
            } else {
                return false
            }
        }
        return pattern[mark...].allSatisfy { $0 == any }
    }

    /// Whether the byte fits the mark there, and how many bytes of the pattern the mark has.
    private static func step(_ byte: UInt8, _ pattern: [UInt8], _ mark: Int) -> (Bool, Int) {
        guard mark < pattern.count else { return (false, 0) }
        if pattern[mark] == one { return (true, 1) }
        if pattern[mark] == open, mark + 2 < pattern.count, pattern[mark + 2] == UInt8(ascii: "]") {
            return (byte == pattern[mark + 1], 3)
        }
        return (byte == pattern[mark], 1)
    }
}

extension ODataFilter.TextFunction {
    /// The whole text's pattern.
    func pattern(_ folded: [UInt8]) -> [UInt8] {
        let any = UInt8(ascii: "%")
        return switch self {
        case .contains: [any] + folded + [any]
        case .startsWith: folded + [any]
        case .endsWith: [any] + folded
        }
    }
}
