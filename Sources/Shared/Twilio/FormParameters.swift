import Events

/// The parameters of an `application/x-www-form-urlencoded` body, decoded once into one buffer and sorted by bytes.
///
/// Signature check and translation both walk the parameters in the order of their names, so they are sorted here, once.
/// Repeated names are kept. No String is made until somebody asks for one: the Gateway decodes thousands of these a
/// second.
public struct FormParameters: Sendable {
    /// Where one parameter lies in the decoded bytes: its value follows its name directly.
    struct Entry: Sendable {
        /// The first eight bytes of the name, big-endian, zero-filled: most comparisons end here.
        var prefix: UInt64
        var start: UInt32
        var nameLength: UInt32
        var valueLength: UInt32
        /// Position among the parameters as sent.
        var order: UInt32

        var nameRange: Range<Int> { Int(start)..<Int(start) + Int(nameLength) }
        var valueRange: Range<Int> {
            let end = Int(start) + Int(nameLength)
            return end..<end + Int(valueLength)
        }
        var pairRange: Range<Int> { Int(start)..<Int(start) + Int(nameLength) + Int(valueLength) }
    }

    /// Names and values, decoded, one after the other.
    let bytes: [UInt8]
    /// Sorted by name, then by value, then as sent.
    let entries: [Entry]

    /// Takes what a decoder has found, in the order it was sent.
    init(bytes: [UInt8], unsorted: [Entry]) {
        var entries = unsorted
        bytes.withUnsafeBytes { Self.sort(&entries, in: $0) }
        self.bytes = bytes
        self.entries = entries
    }

    /// How many parameters there are, repeats counted.
    public var count: Int { entries.count }

    /// The value of a parameter as text; of a repeated one, the value sent first.
    ///
    /// - Parameter name: The name, compared by bytes.
    /// - Returns: The decoded value, nil when the parameter is absent.
    public func first(_ name: String) -> String? {
        var found: Entry?
        for entry in run(of: name) where entry.order < found?.order ?? .max { found = entry }
        return found.map { text(in: $0.valueRange) }
    }

    /// The values of a parameter in the order they were sent.
    ///
    /// - Parameter name: The name, compared by bytes.
    /// - Returns: The decoded values, empty when the parameter is absent.
    public func all(_ name: String) -> [String] {
        run(of: name).sorted { $0.order < $1.order }.map { text(in: $0.valueRange) }
    }

    /// Every parameter as text, sorted by name, then by value; for tools and tests.
    public var pairs: [(name: String, value: String)] {
        entries.map { (text(in: $0.nameRange), text(in: $0.valueRange)) }
    }

    private func text(in range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// The entries of one name, by binary search.
    private func run(of name: String) -> ArraySlice<Entry> {
        let wanted = Array(name.utf8)
        return bytes.withUnsafeBytes { base in
            wanted.withUnsafeBytes { wanted in
                var low = 0
                var high = entries.count
                while low < high {
                    let middle = (low + high) / 2
                    let order = Bytes.compare(UnsafeRawBufferPointer(rebasing: base[entries[middle].nameRange]), wanted)
                    if order < 0 { low = middle + 1 } else { high = middle }
                }
                var end = low
                while end < entries.count,
                    Bytes.compare(UnsafeRawBufferPointer(rebasing: base[entries[end].nameRange]), wanted) == 0
                {
                    end += 1
                }
                return entries[low..<end]
            }
        }
    }

    private static func sort(_ entries: inout [Entry], in base: UnsafeRawBufferPointer) {
        entries.sort { left, right in
            if left.prefix != right.prefix { return left.prefix < right.prefix }
            let names = Bytes.compare(base, left.nameRange, right.nameRange)
            if names != 0 { return names < 0 }
            let values = Bytes.compare(base, left.valueRange, right.valueRange)
            if values != 0 { return values < 0 }
            return left.order < right.order
        }
    }
}
