public import Events

/// A masked conversation to be made.
public struct ProxySessionDraft: Hashable, Sendable {
    public var uniqueName: String?
    /// `message-only`, `voice-only` or `voice-and-message`.
    public var mode: String?
    public var ttlSeconds: Int?
    public var dateExpiry: Timestamp?
    public var status: String?
    public var participants: [ProxyParticipantDraft]

    public init(
        uniqueName: String? = nil, mode: String? = nil, ttlSeconds: Int? = nil, dateExpiry: Timestamp? = nil,
        status: String? = nil, participants: [ProxyParticipantDraft] = []
    ) {
        self.uniqueName = uniqueName
        self.mode = mode
        self.ttlSeconds = ttlSeconds
        self.dateExpiry = dateExpiry
        self.status = status
        self.participants = participants
    }

    var form: Form {
        .with {
            $0.add("UniqueName", uniqueName)
            $0.add("Mode", mode)
            $0.add("Ttl", ttlSeconds)
            $0.add("DateExpiry", dateExpiry)
            $0.add("Status", status)
            for participant in participants {
                $0.add("Participants", String(decoding: JSONValue.object(participant.document).bytes, as: UTF8.self))
            }
        }
    }
}
