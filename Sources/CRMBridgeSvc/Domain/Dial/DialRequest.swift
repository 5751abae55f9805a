import Events

/// A click on a number: `dial.requested`.
struct DialRequest: Hashable, Sendable {
    let dialID: String
    let agentID: String
    /// As it was written where it was clicked.
    let number: String
    var region: String?
    /// Behind the number, apart from it: keys to press once it is answered.
    var extensionDigits: String?
    var record: CRMRecord?
    var callerID: String?
    var panelID: String?
    /// Whether the call is to be placed at once.
    var placesCall = true

    init(dialID: String, agentID: String, number: String) {
        self.dialID = dialID
        self.agentID = agentID
        self.number = number
    }

    init?(_ data: JSONValue?) {
        guard let data, let dial = data["dialId"]?.string, let agent = data["agentId"]?.string,
            let number = data["number"]?.string, !dial.isEmpty, !agent.isEmpty, !agent.contains("/")
        else { return nil }
        self.init(dialID: dial, agentID: agent, number: number)
        region = data["region"]?.string
        extensionDigits = data["extension"]?.string.flatMap(Self.keys)
        record = CRMRecord(data["record"])
        callerID = data["callerId"]?.string
        panelID = data["panelId"]?.string
        placesCall = data["autoPlace"]?.bool ?? true
    }
}

extension DialRequest {
    /// Keys of an extension at most.
    static let maxExtension = 20

    /// What can be pressed of an extension as it is written, nil when nothing is left.
    ///
    /// `,` and `;` are pauses.
    static func keys(_ text: String) -> String? {
        let keys = text.compactMap { character -> Character? in
            if ",;".contains(character) { return "w" }
            return "0123456789*#w".contains(character) ? character : nil
        }
        return keys.isEmpty ? nil : String(keys.prefix(maxExtension))
    }
}

/// Why a number is not dialled.
struct DialRefusal: Error, Hashable, Sendable {
    enum Reason: String, Hashable, Sendable, CaseIterable {
        case busy, offline, blocked, expired, `internal`
        case notLeader = "not_leader"
        case invalidNumber = "invalid_number"
        case noPermission = "no_permission"
        case rateLimited = "rate_limited"
        case crmDown = "crm_down"
    }

    let reason: Reason
    /// A sentence for the agent; nothing personal.
    let detail: String
    /// What would help.
    var remedy: String?

    init(_ reason: Reason, _ detail: String, remedy: String? = nil) {
        self.reason = reason
        self.detail = detail
        self.remedy = remedy
    }
}
