/// What a screen pop does with what was found: open one, offer several, or a new record.
enum MatchDecision: Hashable, Sendable {
    case one(ContactMatch)
    /// The agent chooses.
    case many([ContactMatch], isTruncated: Bool)
    case none

    /// Decides.
    ///
    /// Only the surest kind counts: one contact with exactly the number opens although others end alike. A name alone
    /// never opens a record, since it says nothing about who calls, and neither does one of a list that is not complete.
    init(_ matches: ContactMatches) {
        guard let best = matches.matches.first else {
            self = .none
            return
        }
        let surest = matches.matches.filter { $0.matchedOn == best.matchedOn }
        self =
            surest.count == 1 && best.matchedOn != .name && !matches.isTruncated
            ? .one(best) : .many(surest.count > 1 ? surest : matches.matches, isTruncated: matches.isTruncated)
    }

    /// `one`, `many`, `none`, as `pop.requested` says it.
    var outcome: String {
        switch self {
        case .one: "one"
        case .many: "many"
        case .none: "none"
        }
    }
}
