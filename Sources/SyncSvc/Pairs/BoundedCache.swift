import Synchronization

/// What was read or written lately, up to a number of entries.
///
/// Two generations: when the younger one is full, the older one is forgotten.
final class BoundedCache<Value: Sendable>: Sendable {
    private struct State {
        var young: [String: Value] = [:]
        var old: [String: Value] = [:]
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: Entries of a generation: at most twice as many are kept.
    init(limit: Int) { self.limit = limit }

    subscript(key: String) -> Value? {
        get {
            state.withLock { state in
                if let value = state.young[key] { return value }
                guard let value = state.old[key] else { return nil }
                Self.insert(value, key, limit, &state)
                return value
            }
        }
        set {
            state.withLock { state in
                state.old[key] = nil
                if let newValue {
                    Self.insert(newValue, key, limit, &state)
                } else {
                    state.young[key] = nil
                }
            }
        }
    }

    private static func insert(_ value: Value, _ key: String, _ limit: Int, _ state: inout State) {
        if state.young.count >= limit, state.young[key] == nil {
            state.old = state.young
            state.young = [:]
        }
        state.young[key] = value
    }
}
