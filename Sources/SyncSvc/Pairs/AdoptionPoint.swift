/// Decides how far the sample has copied a pair that it made: its copies carry no tag on one of the sides.
///
/// What both sides say in the same order was copied; what one side says after that was not.
enum AdoptionPoint {
    /// Messages looked at, from the newest back.
    static let depth = 1_000

    /// The index up to which a side is dealt with.
    ///
    /// - Parameters:
    ///   - own: The side's messages, in order.
    ///   - other: The other side's messages, in order.
    ///   - last: The side's last index; it counts when nothing is the same, for then nothing can be told.
    /// - Returns: An index; -1 for an empty side.
    static func index(own: [ProjectMessage], other: [ProjectMessage], last: Int) -> Int {
        var rest = other[...]
        var point: Int?
        for message in own {
            guard let place = rest.firstIndex(where: { $0.body == message.body }) else { continue }
            point = message.index
            rest = rest[(place + 1)...]
        }
        return point ?? last
    }
}
