internal import Synchronization

/// Finds names by their keys: every word begins a key, the others follow it.
///
/// `Ana Ruiz` is found by `262`, `2627849`, `784` and `7849262`.
struct NameIndex: Sendable {
    /// Words of one name that are indexed.
    static let maxWords = 6

    private let keys: [(digits: String, entry: Int32)]

    init(_ names: [String]) {
        var keys: [(digits: String, entry: Int32)] = []
        keys.reserveCapacity(names.count * 2)
        for (index, name) in names.enumerated() {
            let words = Keypad.words(name).prefix(Self.maxWords)
            for start in words.indices {
                keys.append(((words[start...] + words[..<start]).joined(), Int32(index)))
            }
        }
        keys.sort { $0.digits < $1.digits }
        self.keys = keys
    }

    /// Positions of names with a word that begins with these keys, each once, in the order of the index.
    ///
    /// - Parameters:
    ///   - digits: Keys.
    ///   - limit: Places in the index that are looked at, at most.
    ///   - take: Sees a position for the first time; false ends the search.
    func search(_ digits: String, limit: Int, _ take: (Int) -> Bool) {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle].digits < digits { low = middle + 1 } else { high = middle }
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
