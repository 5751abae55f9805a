/// Which activity of one side stands for which of the other, for as many activities as there are.
///
/// Several activities of one side may share one of the other: of the pairs with the same name the first says what the
/// shared one is translated back to.
struct ActivityMap: Hashable, Sendable {
    struct Pair: Hashable, Sendable {
        let flex: String
        let frontline: String
    }

    let pairs: [Pair]
    private let frontlineByFlex: [String: String]
    private let flexByFrontline: [String: String]

    init(_ pairs: [Pair]) {
        self.pairs = pairs
        frontlineByFlex = Dictionary(pairs.map { ($0.flex, $0.frontline) }) { first, _ in first }
        flexByFrontline = Dictionary(pairs.map { ($0.frontline, $0.flex) }) { first, _ in first }
    }

    /// What an activity of `side` is on the other side; nil for one that is not mapped, which is left alone.
    func counterpart(of activity: String, on side: Side) -> String? {
        switch side {
        case .flex: frontlineByFlex[activity]
        case .frontline: flexByFrontline[activity]
        }
    }

    /// Whether two activities may stand side by side: one is translated to the other, or one is not mapped at all.
    func agrees(_ activity: String, on side: Side, with other: String) -> Bool {
        guard let there = counterpart(of: activity, on: side) else { return true }
        guard let back = counterpart(of: other, on: side.other) else { return there == other }
        return there == other || back == activity
    }
}
