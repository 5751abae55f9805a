import Events
import Twilio
import TwilioREST

/// A project that speaks Twilio Conversations.
struct ConversationsProject: MessagingProject {
    let side: Side
    let dialect = Dialect.conversations
    /// Whether copies ring the project's webhooks.
    let areWebhooksOn: Bool
    private let client: TwilioClient
    private let service: ConversationsService
    private let media: MediaService

    init(side: Side, client: TwilioClient, service: ChatServiceSID, areWebhooksOn: Bool) {
        self.side = side
        self.client = client
        self.service = client.conversations(service)
        media = client.media(service)
        self.areWebhooksOn = areWebhooksOn
    }

    var account: AccountSID { client.accountSID }
    var pause: Duration? { client.status.retryAfter }

    func spelling(_ name: Identity) -> String { name.text }
    func name(of spelled: String) -> Identity { Identity(spelled) }

    // MARK: Conversations

    func conversation(_ sid: ConversationSID) async throws(TwilioError) -> ProjectConversation? {
        try await service.find(sid).map(ProjectConversation.init)
    }

    func create(_ post: ConversationPost) async throws(TwilioError) -> (ProjectConversation, isAdopted: Bool) {
        let draft = ConversationDraft(
            friendlyName: post.friendlyName, uniqueName: post.uniqueName,
            attributes: TwilioAttributes(post.attributes))
        do throws(TwilioError) {
            return (ProjectConversation(try await service.create(draft, webhooks: areWebhooksOn)), false)
        } catch {
            guard error.isConflict else { throw error }
            return (ProjectConversation(try await service.fetch(uniqueName: post.uniqueName)), true)
        }
    }

    func find(uniqueName: String) async throws(TwilioError) -> ProjectConversation? {
        try await service.find(uniqueName: uniqueName).map(ProjectConversation.init)
    }

    func mergeAttributes(
        _ sid: ConversationSID, _ change: @Sendable (inout JSONObject) -> Void
    ) async throws(TwilioError) -> JSONObject? {
        guard let present = try await service.find(sid) else { return nil }
        var attributes = present.attributes.object
        change(&attributes)
        guard attributes != present.attributes.object else { return attributes }
        _ = try await service.update(sid, ConversationDraft(attributes: TwilioAttributes(attributes)))
        return attributes
    }

    func close(_ sid: ConversationSID) async throws(TwilioError) -> Bool {
        do throws(TwilioError) {
            _ = try await service.update(sid, ConversationDraft(state: .closed), webhooks: areWebhooksOn)
            return true
        } catch {
            if error.isNotFound { return false }
            // A closed conversation refuses every write, this one too.
            if case .rejected = error, try await service.find(sid)?.state == .closed { return true }
            throw error
        }
    }

    // MARK: Messages

    func messages(
        in conversation: ConversationSID, after index: Int, limit: Int
    ) async throws(TwilioError) -> MessageList {
        var window = MessageWindow(after: index, limit: limit)
        let messages = service.messages(conversation)
        for try await page in messages.list(order: window.order, pageSize: window.pageSize) {
            if window.take(page.map(ProjectMessage.init)) { break }
        }
        return window.list
    }

    func walkBack(
        in conversation: ConversationSID, limit: Int, page: () async -> Void, visit: (ProjectMessage) -> Bool
    ) async throws(TwilioError) {
        var left = limit
        let messages = service.messages(conversation)
        await page()
        for try await entries in messages.list(order: .descending, pageSize: MessageWindow.pageLimit) {
            for message in entries.prefix(left) where visit(ProjectMessage(message)) { return }
            left -= entries.count
            guard left > 0 else { return }
            await page()
        }
    }

    func lastIndex(in conversation: ConversationSID) async throws(TwilioError) -> Int {
        try await service.messages(conversation).list(order: .descending, pageSize: 1).first()?.index ?? -1
    }

    func message(_ sid: MessageSID, in conversation: ConversationSID) async throws(TwilioError) -> ProjectMessage? {
        try await service.messages(conversation).find(sid).map(ProjectMessage.init)
    }

    func post(_ post: MessagePost, in conversation: ConversationSID) async throws(TwilioError) -> PostedMessage {
        let draft = MessageDraft(
            author: post.author, body: post.body, attributes: TwilioAttributes(post.attributes), mediaSID: post.media,
            dateCreated: post.dateCreated)
        let message = try await service.messages(conversation).create(draft, webhooks: areWebhooksOn)
        return PostedMessage(sid: message.sid, index: message.index)
    }

    func edit(
        _ sid: MessageSID, in conversation: ConversationSID, body: String?, attributes: JSONObject?
    ) async throws(TwilioError) -> Bool {
        let draft = MessageDraft(body: body, attributes: attributes.map { TwilioAttributes($0) })
        do throws(TwilioError) {
            _ = try await service.messages(conversation).update(sid, draft, webhooks: areWebhooksOn)
            return true
        } catch {
            guard error.isNotFound else { throw error }
            return false
        }
    }

    func remove(_ sid: MessageSID, in conversation: ConversationSID) async throws(TwilioError) -> Bool {
        try await service.messages(conversation).delete(sid, webhooks: areWebhooksOn)
    }

    // MARK: Participants

    func participants(in conversation: ConversationSID) async throws(TwilioError) -> [ProjectParticipant] {
        try await service.participants(conversation).list().all().map(ProjectParticipant.init)
    }

    func add(
        _ post: ParticipantPost, to conversation: ConversationSID
    ) async throws(TwilioError) -> ProjectParticipant {
        let participants = service.participants(conversation)
        let draft = ParticipantDraft(
            identity: post.identity, address: post.binding?.address, proxyAddress: post.binding?.proxyAddress,
            attributes: TwilioAttributes(post.attributes))
        do throws(TwilioError) {
            return ProjectParticipant(try await participants.create(draft))
        } catch {
            guard error.isConflict else { throw error }
            let present = try await self.participants(in: conversation)
            let address = post.binding?.address
            guard
                let participant = present.first(where: {
                    $0.identity == post.identity && (address == nil || $0.binding?.address == address)
                })
            else { throw error }
            return participant
        }
    }

    func removeParticipant(_ sid: String, from conversation: ConversationSID) async throws(TwilioError) -> Bool {
        guard let sid = try? ParticipantSID(sid) else { return false }
        return try await service.participants(conversation).delete(sid)
    }

    func setRead(_ participant: String, in conversation: ConversationSID, index: Int) async throws(TwilioError) -> Bool
    {
        guard let sid = try? ParticipantSID(participant) else { return false }
        do throws(TwilioError) {
            let draft = ParticipantDraft(lastReadMessageIndex: index)
            _ = try await service.participants(conversation).update(sid, draft)
            return true
        } catch {
            guard error.isNotFound else { throw error }
            return false
        }
    }

    // MARK: Files

    func download(_ media: MediaSID, limitBytes: Int) async throws(TwilioError) -> MediaBytes {
        let content = try await self.media.download(media, limitBytes: limitBytes)
        return MediaBytes(content)
    }

    func upload(_ media: MediaBytes) async throws(TwilioError) -> MediaSID {
        try await self.media.upload(media.bytes, contentType: media.contentType, filename: media.filename).sid
    }
}

extension MediaBytes {
    init(_ content: MediaContent) {
        self.init(
            bytes: content.bytes, contentType: content.contentType ?? "application/octet-stream",
            filename: content.filename)
    }
}

extension ProjectMedia {
    init(_ media: MessageMedia) {
        self.init(
            sid: media.sid, contentType: media.contentType ?? "application/octet-stream", filename: media.filename,
            size: media.size ?? 0)
    }
}

extension ProjectConversation {
    fileprivate init(_ conversation: Conversation) {
        let state: State =
            switch conversation.state {
            case .initializing: .initializing
            case .closed: .closed
            default: .active
            }
        self.init(
            sid: conversation.sid, friendlyName: conversation.friendlyName, uniqueName: conversation.uniqueName,
            attributes: conversation.attributes.object, state: state, dateCreated: conversation.dateCreated,
            dateUpdated: conversation.dateUpdated)
    }
}

extension ProjectMessage {
    fileprivate init(_ message: ConversationMessage) {
        self.init(
            sid: message.sid, index: message.index, author: message.author, body: message.body,
            attributes: message.attributes.object, media: message.media.map(ProjectMedia.init),
            dateCreated: message.dateCreated)
        delivery = message.delivery.flatMap(Self.status)
    }

    /// The furthest that all have reached, or that any failed.
    private static func status(_ summary: DeliverySummary) -> String? {
        if summary.failed ?? "none" != "none" { return "failed" }
        if summary.undelivered ?? "none" != "none" { return "undelivered" }
        if summary.read == "all" { return "read" }
        if summary.delivered == "all" { return "delivered" }
        return summary.sent == "all" ? "sent" : nil
    }
}

extension ProjectParticipant {
    fileprivate init(_ participant: ConversationParticipant) {
        let binding = participant.binding.flatMap { binding in
            binding.address.map {
                Binding(type: binding.type ?? "sms", address: $0, proxyAddress: binding.proxyAddress)
            }
        }
        self.init(
            sid: participant.sid.text, identity: participant.identity, binding: binding,
            attributes: participant.attributes.object, lastReadIndex: participant.lastReadMessageIndex)
    }
}
