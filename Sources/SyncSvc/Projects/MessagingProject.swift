import Events
import Twilio
import TwilioREST

/// One messaging project, the same for both dialects: what keeping two of them equal needs, and no more.
///
/// Texts such as authors are spelled as the project spells them; ``spelling(_:)`` and ``name(of:)`` translate.
/// Everything throws ``TwilioError``; what says "not found" gives nil or false instead.
protocol MessagingProject: Sendable {
    var side: Side { get }
    var dialect: Dialect { get }
    /// The account, a part of deterministic names.
    var account: AccountSID { get }

    /// Whether nothing is sent to it at present, because it failed too often in a row; and for how long still.
    var pause: Duration? { get }

    /// How this project spells a person's name: the Chat dialect escapes it, the other does not.
    func spelling(_ name: Identity) -> String
    /// The name behind an author or identity.
    func name(of spelled: String) -> Identity

    func conversation(_ sid: ConversationSID) async throws(TwilioError) -> ProjectConversation?
    /// Creates a conversation, or hands out the one that has its unique name already.
    func create(_ post: ConversationPost) async throws(TwilioError) -> (ProjectConversation, isAdopted: Bool)
    func find(uniqueName: String) async throws(TwilioError) -> ProjectConversation?
    /// Reads the attributes, lets `change` alter them and writes them back, conditionally where the provider offers it.
    /// - Returns: The attributes as they are now; nil when there is no such conversation.
    func mergeAttributes(
        _ sid: ConversationSID, _ change: @Sendable (inout JSONObject) -> Void
    ) async throws(TwilioError) -> JSONObject?
    /// Closes it: state `closed`, or the Chat dialect's attribute `status=INACTIVE`. False: there is none.
    func close(_ sid: ConversationSID) async throws(TwilioError) -> Bool

    /// At most `limit` messages with an index above `index`, the oldest ones, in order.
    func messages(
        in conversation: ConversationSID, after index: Int, limit: Int
    ) async throws(TwilioError) -> MessageList
    /// Walks from the newest message back, over at most `limit`, until `visit` says true; `page` is called before each
    /// page.
    func walkBack(
        in conversation: ConversationSID, limit: Int, page: () async -> Void, visit: (ProjectMessage) -> Bool
    ) async throws(TwilioError)
    /// The highest index in use; -1: there is no message.
    func lastIndex(in conversation: ConversationSID) async throws(TwilioError) -> Int
    func message(_ sid: MessageSID, in conversation: ConversationSID) async throws(TwilioError) -> ProjectMessage?
    /// Writes a message. Not repeated after an unknown outcome: the caller looks for its tag.
    func post(_ post: MessagePost, in conversation: ConversationSID) async throws(TwilioError) -> PostedMessage
    /// Gives a message another text and attributes; nil leaves as it is. False: there is no such message.
    func edit(
        _ sid: MessageSID, in conversation: ConversationSID, body: String?, attributes: JSONObject?
    ) async throws(TwilioError) -> Bool
    /// False: there was no such message.
    func remove(_ sid: MessageSID, in conversation: ConversationSID) async throws(TwilioError) -> Bool

    func participants(in conversation: ConversationSID) async throws(TwilioError) -> [ProjectParticipant]
    /// Adds someone, or hands out the participant that is there already.
    func add(_ post: ParticipantPost, to conversation: ConversationSID) async throws(TwilioError) -> ProjectParticipant
    /// False: nobody was there.
    func removeParticipant(_ sid: String, from conversation: ConversationSID) async throws(TwilioError) -> Bool
    /// Moves a participant's read horizon. False: nobody was there.
    func setRead(
        _ participant: String, in conversation: ConversationSID, index: Int
    ) async throws(TwilioError) -> Bool

    /// A file's bytes; ``TwilioError/tooLarge(limitBytes:)`` beyond the limit.
    func download(_ media: MediaSID, limitBytes: Int) async throws(TwilioError) -> MediaBytes
    func upload(_ media: MediaBytes) async throws(TwilioError) -> MediaSID
}
