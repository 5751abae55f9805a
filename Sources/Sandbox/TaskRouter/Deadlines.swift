import Events

/// Timers of a state that has no clock: what falls due when, earliest first.
///
/// Entries are never taken back; whoever is told of one checks whether it still stands.
struct Deadlines<Timer: Sendable>: Sendable {
    private var entries: [(at: Timestamp, timer: Timer)] = []

    /// When the next one falls due.
    var next: Timestamp? { entries.last?.at }

    mutating func set(_ timer: Timer, at: Timestamp) {
        // Latest first, so that the next one is taken from the end.
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].at > at { low = middle + 1 } else { high = middle }
        }
        entries.insert((at, timer), at: low)
    }

    /// Takes the earliest that is due.
    mutating func takeDue(_ now: Timestamp) -> Timer? {
        guard let last = entries.last, last.at <= now else { return nil }
        return entries.removeLast().timer
    }
}
