/// One of the two messaging projects that are kept in step.
enum Side: String, CaseIterable, Hashable, Sendable {
    /// Where TaskRouter orchestrates the agents' work.
    case flex
    /// Where the agents' mobile app is.
    case frontline

    /// The project on the other side.
    var other: Side { self == .flex ? .frontline : .flex }
}

/// A value for each side.
struct BothSides<Value> {
    var flex: Value
    var frontline: Value

    init(flex: Value, frontline: Value) {
        self.flex = flex
        self.frontline = frontline
    }

    /// The same value for both.
    init(both value: Value) { self.init(flex: value, frontline: value) }

    subscript(side: Side) -> Value {
        get { side == .flex ? flex : frontline }
        set { if side == .flex { flex = newValue } else { frontline = newValue } }
    }
}

extension BothSides: Sendable where Value: Sendable {}
extension BothSides: Equatable where Value: Equatable {}
extension BothSides: Hashable where Value: Hashable {}
