/// How far the two legs of a call that an agent began have come at the provider.
///
/// A leg is `creating` before the provider is asked, so that whoever finds it there knows that the question may have
/// been put. It is never put a second time: the call is found, by its callback or a listing, or given up as unknown.
struct DialMachine: Hashable, Sendable {
    enum Leg: String, Hashable, Sendable {
        case waiting, creating, placed, failed, unknown
    }

    enum Who: String, Hashable, Sendable {
        case agent, customer
    }

    enum Action: Hashable, Sendable {
        /// Store the machine as it is now, then ask the provider once.
        case create
        /// Ask the provider for calls since that time, Unix milliseconds.
        case find(since: Int)
        /// Nothing was found for as long as ``searchLimit``.
        case giveUp
        case none
    }

    /// How long a call whose creation was not answered is looked for, in milliseconds.
    static let searchLimit = 30_000

    let e164: String
    let callerID: String
    var agent = Leg.waiting
    var customer = Leg.waiting
    /// When the provider was asked, Unix milliseconds.
    var agentAttempt = 0
    var customerAttempt = 0
    /// The provider's reason for not doing it.
    var failure: String?
    /// Keys that are pressed once the customer has answered.
    var extensionDigits: String?

    init(e164: String, callerID: String) {
        self.e164 = e164
        self.callerID = callerID
    }

    subscript(_ who: Who) -> Leg {
        get { who == .agent ? agent : customer }
        set { if who == .agent { agent = newValue } else { customer = newValue } }
    }

    private func attempt(_ who: Who) -> Int { who == .agent ? agentAttempt : customerAttempt }

    /// What is to be done for a leg that is wanted now.
    mutating func want(_ who: Who, now: Int) -> Action {
        switch self[who] {
        case .waiting:
            self[who] = .creating
            if who == .agent { agentAttempt = now } else { customerAttempt = now }
            return .create
        case .creating:
            guard now - attempt(who) < Self.searchLimit else {
                self[who] = .unknown
                return .giveUp
            }
            return .find(since: attempt(who))
        case .placed, .failed, .unknown: return .none
        }
    }

    /// What was wanted is too late: a leg that nobody has asked for yet is not asked for any more.
    ///
    /// - Returns: Whether it was so.
    mutating func expire(_ who: Who) -> Bool {
        guard self[who] == .waiting else { return false }
        self[who] = .failed
        failure = DialRefusal.Reason.expired.rawValue
        return true
    }

    /// The leg is there: the provider answered, called back or listed it.
    mutating func placed(_ who: Who) {
        // Even after it was given up: that there is a call is certain then.
        if self[who] != .failed { self[who] = .placed }
    }

    /// The provider certainly did not do it.
    mutating func failed(_ who: Who, reason: String) {
        guard self[who] == .creating else { return }
        self[who] = .failed
        failure = reason
    }
}
