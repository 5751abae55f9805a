/// How many requests an account may have under way: one more for every limit's worth of successes, three quarters after a 429.
///
/// The provider's limit is not published and is shared with whoever else uses the account (twilio.md §2), so it is felt
/// for. Requests that were on their way before the limit was lowered say nothing new when their 429 arrives.
struct AdaptiveConcurrency: Hashable, Sendable {
    /// What a 429 leaves of the limit.
    static let decrease = 0.75

    let ceiling: Int
    private var exact: Double
    private var inFlight = 0
    private var issued: UInt64 = 0
    private var issuedAtDecrease: UInt64 = 0

    /// A limit that begins at its ceiling.
    ///
    /// - Parameter ceiling: At least 1.
    init(ceiling: Int) {
        self.ceiling = ceiling
        exact = Double(ceiling)
    }

    /// Whole requests that may be under way now.
    var limit: Int { max(1, Int(exact)) }

    /// Requests that are under way.
    var current: Int { inFlight }

    /// Whether another may begin.
    var hasRoom: Bool { inFlight < limit }

    /// Begins a request.
    ///
    /// - Returns: Its number, to be given back when it ends.
    mutating func begin() -> UInt64 {
        inFlight += 1
        issued += 1
        return issued
    }

    /// Ends a request.
    ///
    /// - Parameters:
    ///   - number: What ``begin()`` gave.
    ///   - feedback: What it told about the limit.
    mutating func end(_ number: UInt64, _ feedback: Feedback) {
        // Only while the limit is in use does a success say anything about it.
        let wasUsed = inFlight * 2 >= limit
        inFlight -= 1
        switch feedback {
        case .fits: if wasUsed { exact = min(Double(ceiling), exact + 1 / exact) }
        case .tooMany:
            guard number > issuedAtDecrease else { return }
            issuedAtDecrease = issued
            exact = max(1, exact * Self.decrease)
        case .nothing: break
        }
    }

    /// What the end of a request says about the limit.
    enum Feedback: Hashable, Sendable {
        case fits
        case tooMany
        case nothing
    }
}
