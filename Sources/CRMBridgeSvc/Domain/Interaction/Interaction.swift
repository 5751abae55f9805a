import Events

/// One agent's part in one contact with a customer: one offer of a task, or one call that the agent began.
///
/// It holds facts, each with the time at which the provider saw it. What it is, is derived from the facts
/// (``InteractionState``), so that neither the order nor the number of events matters.
struct Interaction: Hashable, Sendable {
    /// What can happen once; of several times of one mark the earliest stands.
    enum Mark: String, Hashable, Sendable, CaseIterable {
        // The reservation, and its task.
        case offered, accepted, rejected, missed, rescinded, canceled, wrapping, completed
        // A call that the agent began.
        case requested, agentRinging, agentAnswered, agentEnded, customerRinging, customerAnswered, customerEnded
        /// It could not be found out whether a call was created.
        case unknown
        case conferenceEnded
        /// The agent hung up.
        case hungUp
        /// The customer is somebody else's now.
        case transferred
        /// The agent has said that the work is done; or had said nothing for too long.
        case finished, abandoned
    }

    /// Something that a conference told about somebody in it.
    struct Step: Hashable, Sendable {
        enum Kind: String, Hashable, Sendable {
            case join, leave, hold, unhold, mute, unmute
        }

        let kind: Kind
        let call: String
        let label: String
        let at: Int
    }

    /// The customer handed on.
    struct Transfer: Hashable, Sendable {
        enum Kind: String, Hashable, Sendable {
            case agent, queue, number
        }

        enum Phase: String, Hashable, Sendable {
            /// The provider has been asked and has not answered yet.
            case creating
            case ringing, talking, completed, failed
        }

        let kind: Kind
        let target: String
        let isWarm: Bool
        let requestID: String
        let started: Int
        var phase: Phase
        /// The task by which it is offered, or the call of the third party.
        var sid: String?

        /// How long an answer of the provider is waited for, in milliseconds.
        static let creationLimit = 30_000

        /// Whether this task is the one by which the customer is offered; its number may not be known yet.
        func offers(_ task: String) -> Bool { kind != .number && (sid == task || sid == nil && phase == .creating) }

        /// Whether another one may begin.
        func isOver(at now: Int) -> Bool {
            phase == .failed || phase == .creating && now - started > Self.creationLimit
        }
    }

    /// What the agent said came of it.
    struct Disposition: Hashable, Sendable {
        var code: String?
        var notes: String?
    }

    /// Steps that are kept; later ones but those that end something are dropped.
    static let maxSteps = 400
    static let maxRequests = 32

    let id: String
    let agentID: String
    let channel: Channel
    let direction: CallDirection
    /// Raised by each change.
    var revision = 0
    var taskSID: String?
    var reservationSID: String?
    var conversationSID: String?
    var from = ""
    var to = ""
    var queueSID: String?
    var queueName: String?
    var customerName: String?
    var customerEmail: String?
    var isIdentityVerified = false
    /// Those that the agent's browser may see.
    var attributes = JSONObject()
    var offerExpires: Int?

    var marks: [Mark: Int] = [:]
    /// By conference and sequence number.
    var steps: [String: Step] = [:]
    var agentCall: String?
    var customerCall: String?
    var conference: String?
    /// How a leg ended: `completed`, `busy`, `no-answer`, `failed` or `canceled`.
    var agentEnd: String?
    var customerEnd: String?
    var dial: DialMachine?
    var transfer: Transfer?

    var record: CRMRecord?
    var matches: [ContactMatch] = []
    var isMatchListCut = false
    /// Whether the CRM was asked who the customer is.
    var isLookedUp = false
    /// Triggers by which the record was shown.
    var pops: [String] = []
    var disposition = Disposition()
    /// Commands that were carried out, so that a repeat is none.
    var requests: [String] = []

    /// What was written for the CRM last, and how that went.
    var log: ActivityLog?
    var logStatus: String?
    var logReference: CRMRecord?

    init(id: String, agentID: String, channel: Channel, direction: CallDirection) {
        self.id = id
        self.agentID = agentID
        self.channel = channel
        self.direction = direction
    }

    /// The calls that are known, by their parts.
    var legs: [BridgeEvent.Leg: String] {
        var legs: [BridgeEvent.Leg: String] = [:]
        legs[.agent] = agentCall
        legs[.customer] = customerCall
        legs[.transfer] = transfer?.kind == .number ? transfer?.sid : nil
        return legs
    }

    /// Which of the matches the customer is.
    var match: MatchDecision {
        MatchDecision(ContactMatches(matches: matches, isTruncated: isMatchListCut))
    }

    /// What is to be shown of him: `one`, `many` or `none`.
    var popOutcome: String { record == nil ? match.outcome : "one" }

    /// Its key in ``CRMMaps/interactions``.
    var key: String { Self.key(agent: agentID, id: id) }

    static func key(agent: String, id: String) -> String { "\(agent)/\(id)" }

    /// Notes that something happened.
    mutating func mark(_ mark: Mark, at time: Int) {
        marks[mark] = min(marks[mark] ?? time, time)
    }
}
