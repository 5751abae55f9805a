import Events
import Logging
import Synchronization
import Twilio
import TwilioREST

/// A project that is read but never written to: what would be written is counted and logged.
///
/// A conversation that would have been created gets a SID of its own making and stays empty; copies that would have been
/// written are remembered while the process lives, so that indices go on.
final class ShadowProject: MessagingProject {
    private struct Made {
        var nextIndex: [ConversationSID: Int] = [:]
        var count: UInt64 = 0
    }

    private let project: any MessagingProject
    private let logger: Logger
    private let made = Mutex(Made())

    init(_ project: any MessagingProject, logger: Logger) {
        self.project = project
        self.logger = logger
    }

    var side: Side { project.side }
    var dialect: Dialect { project.dialect }
    var account: AccountSID { project.account }
    var pause: Duration? { project.pause }

    func spelling(_ name: Identity) -> String { project.spelling(name) }
    func name(of spelled: String) -> Identity { project.name(of: spelled) }

    /// SIDs of our making begin like this; no provider hands them out.
    private static let prefix = "5ad00"

    private func isOurs(_ sid: String) -> Bool { sid.dropFirst(2).hasPrefix(Self.prefix) }

    private func sid(_ letters: String, of text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let hex = String(hash, radix: 16)
        return letters + Self.prefix + String(repeating: "0", count: 27 - hex.count) + hex
    }

    private func would(_ what: StaticString, _ conversation: String) {
        logger.notice(
            "Shadow: would write", metadata: ["what": "\(what)", "side": "\(side.rawValue)", "to": "\(conversation)"])
    }

    func conversation(_ sid: ConversationSID) async throws(TwilioError) -> ProjectConversation? {
        guard isOurs(sid.text) else { return try await project.conversation(sid) }
        return ProjectConversation(sid: sid, attributes: JSONObject(), state: .active)
    }

    func create(_ post: ConversationPost) async throws(TwilioError) -> (ProjectConversation, isAdopted: Bool) {
        if let present = try await project.find(uniqueName: post.uniqueName) { return (present, true) }
        would("create a conversation", post.uniqueName)
        guard let sid = try? ConversationSID(sid("CH", of: post.uniqueName)) else {
            throw .invalidRequest(reason: "a made-up SID is malformed")
        }
        return (ProjectConversation(sid: sid, attributes: post.attributes, state: .active), false)
    }

    func find(uniqueName: String) async throws(TwilioError) -> ProjectConversation? {
        try await project.find(uniqueName: uniqueName)
    }

    func mergeAttributes(
        _ sid: ConversationSID, _ change: @Sendable (inout JSONObject) -> Void
    ) async throws(TwilioError) -> JSONObject? {
        would("merge attributes", sid.text)
        guard var attributes = try await conversation(sid)?.attributes else { return nil }
        change(&attributes)
        return attributes
    }

    func close(_ sid: ConversationSID) async throws(TwilioError) -> Bool {
        would("close the conversation", sid.text)
        return true
    }

    func messages(
        in conversation: ConversationSID, after index: Int, limit: Int
    ) async throws(TwilioError) -> MessageList {
        guard isOurs(conversation.text) else {
            return try await project.messages(in: conversation, after: index, limit: limit)
        }
        return MessageList(messages: [], hasMore: false)
    }

    func walkBack(
        in conversation: ConversationSID, limit: Int, page: () async -> Void, visit: (ProjectMessage) -> Bool
    ) async throws(TwilioError) {
        guard !isOurs(conversation.text) else { return }
        try await project.walkBack(in: conversation, limit: limit, page: page, visit: visit)
    }

    func lastIndex(in conversation: ConversationSID) async throws(TwilioError) -> Int {
        isOurs(conversation.text) ? -1 : try await project.lastIndex(in: conversation)
    }

    func message(_ sid: MessageSID, in conversation: ConversationSID) async throws(TwilioError) -> ProjectMessage? {
        isOurs(sid.text) || isOurs(conversation.text) ? nil : try await project.message(sid, in: conversation)
    }

    func post(_ post: MessagePost, in conversation: ConversationSID) async throws(TwilioError) -> PostedMessage {
        would("write a message", conversation.text)
        // Above every index that is really there, so that the cursor of what is real goes on without it.
        let index = made.withLock { made in
            let index = made.nextIndex[conversation] ?? (isOurs(conversation.text) ? 0 : 1 << 40)
            made.nextIndex[conversation] = index + 1
            return index
        }
        let source = post.attributes[MirrorTag.key]?["id"]?.string ?? "\(index)"
        guard let sid = try? MessageSID(sid("IM", of: source)) else {
            throw .invalidRequest(reason: "a made-up SID is malformed")
        }
        return PostedMessage(sid: sid, index: index)
    }

    func edit(
        _ sid: MessageSID, in conversation: ConversationSID, body: String?, attributes: JSONObject?
    ) async throws(TwilioError) -> Bool {
        would("edit a message", conversation.text)
        return true
    }

    func remove(_ sid: MessageSID, in conversation: ConversationSID) async throws(TwilioError) -> Bool {
        would("delete a message", conversation.text)
        return true
    }

    func participants(in conversation: ConversationSID) async throws(TwilioError) -> [ProjectParticipant] {
        isOurs(conversation.text) ? [] : try await project.participants(in: conversation)
    }

    func add(
        _ post: ParticipantPost, to conversation: ConversationSID
    ) async throws(TwilioError) -> ProjectParticipant {
        would("add a participant", conversation.text)
        return ProjectParticipant(
            sid: sid("MB", of: post.identity ?? post.binding?.address ?? ""), identity: post.identity,
            binding: post.binding, attributes: post.attributes)
    }

    func removeParticipant(_ sid: String, from conversation: ConversationSID) async throws(TwilioError) -> Bool {
        would("remove a participant", conversation.text)
        return true
    }

    func setRead(_ participant: String, in conversation: ConversationSID, index: Int) async throws(TwilioError) -> Bool
    {
        true
    }

    func download(_ media: MediaSID, limitBytes: Int) async throws(TwilioError) -> MediaBytes {
        MediaBytes(bytes: [], contentType: "application/octet-stream")
    }

    func upload(_ media: MediaBytes) async throws(TwilioError) -> MediaSID {
        guard let sid = try? MediaSID(sid("ME", of: "file")) else {
            throw .invalidRequest(reason: "a made-up SID is malformed")
        }
        return sid
    }
}
