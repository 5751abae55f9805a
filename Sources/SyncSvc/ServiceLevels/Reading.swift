import Events

/// A value that several events may tell, each at its own time; which one stands does not depend on their arrival.
struct Reading<Value: Comparable & Hashable & Sendable>: Hashable, Sendable {
    var milliseconds: UInt64
    var value: Value

    static func precedes(_ left: Reading, _ right: Reading) -> Bool {
        left.milliseconds != right.milliseconds
            ? left.milliseconds < right.milliseconds : left.value < right.value
    }

    /// The one that was true first; of two at the same moment the smaller value.
    static func earliest(_ left: Reading?, _ right: Reading?) -> Reading? {
        guard let left, let right else { return left ?? right }
        return precedes(right, left) ? right : left
    }

    /// The one that was true last; of two at the same moment the larger value.
    static func latest(_ left: Reading?, _ right: Reading?) -> Reading? {
        guard let left, let right else { return left ?? right }
        return precedes(left, right) ? right : left
    }
}

extension Timestamp {
    var unixMilliseconds: UInt64 { unixNanoseconds / 1_000_000 }
}
