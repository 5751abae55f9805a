import Events

/// Two conversations that are kept equal, and how far that has come: one entry of the map `sync-pairs`.
///
/// Only the handler of the pair's key changes it, conditionally on the revision it read; so a superseded handler is
/// refused before it writes anything anywhere.
struct PairRecord: Hashable, Sendable {
    enum State: String, CaseIterable, Sendable {
        /// Only one side exists; the counterpart is about to be created or adopted.
        case pairing
        /// Both exist and messages are copied.
        case open
        /// One side ended; what was written before is being copied, then the other is closed.
        case closing
        case closed
        /// Not to be mirrored: an agent's system conversation, or one with nothing to mirror.
        case ignored
    }

    /// The SID of the conversation in which it began; also the ordering key of `sync.pump`.
    let id: ConversationSID
    /// The side on which it began.
    let origin: Side
    var state: State
    /// The conversation on each side.
    var conversations: BothSides<ConversationSID?>
    var cursors = BothSides(both: PairCursor())
    /// The offset of the `sync.pump` event for which each side was listed last: causes before it are in that list.
    var listed = BothSides<UInt64>(both: 0)
    var intent: WriteIntent?
    var participants: [PairParticipant] = []
    var task = PairTask()
    /// The side that ended it, once ``state`` is closing or closed.
    var closedBy: Side?
    /// When the last message was copied.
    var lastCopy: Timestamp?
    /// Messages copied to each side.
    var copied = BothSides<Int>(both: 0)
    /// What the agents' part keeps about the pair: transfers, notices; opaque here.
    var agents = JSONObject()
    /// What healing keeps about the pair; opaque here.
    var healing = JSONObject()

    init(id: ConversationSID, origin: Side, state: State = .pairing) {
        self.id = id
        self.origin = origin
        self.state = state
        conversations = BothSides(both: nil)
        conversations[origin] = id
    }

    /// The side on which a conversation is.
    func side(of conversation: ConversationSID) -> Side? {
        Side.allCases.first { conversations[$0] == conversation }
    }

    /// Whether messages are copied now.
    var isCopying: Bool {
        (state == .open || state == .closing) && conversations.flex != nil && conversations.frontline != nil
    }
}
