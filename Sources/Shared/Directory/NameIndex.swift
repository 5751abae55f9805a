internal import Synchronization

/// Finds names by their keys: every word begins a key, the others follow it.
///
/// `Ana Ruiz` is found by `262`, `2627849`, `784` and `7849262`.
struct NameIndex: Sendable {
    /// Words of one name that are indexed.
    static let maxWords = 6

    /// A word with those behind it.
    private struct Key {
        /// Digits that ``start`` holds.
        static let inStart = 16

        /// The first digits, four bits each, from the highest on; no digit is 0.
        ///
        /// Most keys differ in it.
        let start: UInt64
        let digits: String
        let entry: Int32

        init(_ digits: String, entry: Int32) {
            var start: UInt64 = 0
            var shift = 64
            for digit in digits.utf8.prefix(Self.inStart) {
                shift -= 4
                start |= UInt64(digit - UInt8(ascii: "0") + 1) << UInt64(shift)
            }
            self.start = start
            self.digits = digits
            self.entry = entry
        }

        static func < (left: Key, right: Key) -> Bool {
            left.start == right.start ? left.digits < right.digits : left.start < right.start
        }
    }

    private let keys: [Key]

    init(_ names: [String]) {
        var keys: [Key] = []
        keys.reserveCapacity(names.count * 2)
        for (index, name) in names.enumerated() {
            let words = Keypad.words(name).prefix(Self.maxWords)
            for start in words.indices {
                var digits = words[start]
                for word in words[(start + 1)...] + words[..<start] { digits += word }
                keys.append(Key(digits, entry: Int32(index)))
            }
        }
        keys.sort { $0 < $1 }
        self.keys = keys
    }

    /// Positions of names with a word that begins with these keys, each once, in the order of the index.
    ///
    /// - Parameters:
    ///   - digits: Keys.
    ///   - limit: Places in the index that are looked at, at most.
    ///   - take: Sees a position for the first time; false ends the search.
    func search(_ digits: String, limit: Int, _ take: (Int) -> Bool) {
        let wanted = Key(digits, entry: 0)
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        var seen: Set<Int32> = []
        for key in keys[low...].prefix(limit) {
            guard key.digits.utf8.starts(with: digits.utf8) else { return }
            if seen.insert(key.entry).inserted, !take(Int(key.entry)) { return }
        }
    }
}

/// An index of names that is made when it is first needed, once.
final class LazyNames: Sendable {
    private let entries: [DirectoryEntry]
    private let made = Mutex<NameIndex?>(nil)

    init(_ entries: [DirectoryEntry]) { self.entries = entries }

    var index: NameIndex {
        made.withLock { made in
            if let made { return made }
            let index = NameIndex(entries.map(\.spokenName))
            made = index
            return index
        }
    }
}
