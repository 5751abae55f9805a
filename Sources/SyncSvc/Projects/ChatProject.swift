import Events
import Twilio
import TwilioREST

/// A project that speaks Programmable Chat: channels are its conversations, members its participants.
struct ChatProject: MessagingProject {
    let side: Side
    let dialect = Dialect.chat
    /// Whether copies ring the project's webhooks: what Proxy needs to carry them on to SMS.
    let areWebhooksOn: Bool
    private let client: TwilioClient
    private let service: ChatService
    private let media: MediaService

    init(side: Side, client: TwilioClient, service: ChatServiceSID, areWebhooksOn: Bool) {
        self.side = side
        self.client = client
        self.service = client.chat(service)
        media = client.media(service)
        self.areWebhooksOn = areWebhooksOn
    }

    var account: AccountSID { client.accountSID }
    var pause: Duration? { client.status.retryAfter }

    func spelling(_ name: Identity) -> String { name.escaped.text }
    func name(of spelled: String) -> Identity { EscapedIdentity(received: spelled).identity }

    private static func channel(_ sid: ConversationSID) throws(TwilioError) -> ChannelSID {
        guard let channel = try? ChannelSID(sid.text) else {
            throw .invalidRequest(reason: "a conversation's SID is none of a channel")
        }
        return channel
    }

    // MARK: Channels

    func conversation(_ sid: ConversationSID) async throws(TwilioError) -> ProjectConversation? {
        try await service.find(try Self.channel(sid)).flatMap(ProjectConversation.init)
    }

    func create(_ post: ConversationPost) async throws(TwilioError) -> (ProjectConversation, isAdopted: Bool) {
        let draft = ChannelDraft(
            friendlyName: post.friendlyName, uniqueName: post.uniqueName,
            attributes: TwilioAttributes(post.attributes), type: "private")
        let channel: ChatChannel
        var isAdopted = false
        do throws(TwilioError) {
            channel = try await service.create(draft, webhooks: areWebhooksOn)
        } catch {
            guard error.isConflict else { throw error }
            channel = try await service.fetch(uniqueName: post.uniqueName)
            isAdopted = true
        }
        guard let conversation = ProjectConversation(channel) else {
            throw .invalidRequest(reason: "the new channel has no SID of a conversation")
        }
        return (conversation, isAdopted)
    }

    func find(uniqueName: String) async throws(TwilioError) -> ProjectConversation? {
        try await service.find(uniqueName: uniqueName).flatMap(ProjectConversation.init)
    }

    func mergeAttributes(
        _ sid: ConversationSID, _ change: @Sendable (inout JSONObject) -> Void
    ) async throws(TwilioError) -> JSONObject? {
        let channel = try Self.channel(sid)
        guard let present = try await service.find(channel) else { return nil }
        var attributes = present.attributes.object
        change(&attributes)
        guard attributes != present.attributes.object else { return attributes }
        let draft = ChannelDraft(attributes: TwilioAttributes(attributes))
        _ = try await service.update(channel, draft, webhooks: areWebhooksOn)
        return attributes
    }

    /// There are no states in this dialect: `status=INACTIVE` is what Flex looks for.
    func close(_ sid: ConversationSID) async throws(TwilioError) -> Bool {
        try await mergeAttributes(sid) { $0["status"] = "INACTIVE" } != nil
    }

    // MARK: Messages

    func messages(
        in conversation: ConversationSID, after index: Int, limit: Int
    ) async throws(TwilioError) -> MessageList {
        var window = MessageWindow(after: index, limit: limit)
        let messages = service.messages(try Self.channel(conversation))
        for try await page in messages.list(order: window.order, pageSize: window.pageSize) {
            if window.take(page.map(ProjectMessage.init)) { break }
        }
        return window.list
    }

    func walkBack(
        in conversation: ConversationSID, limit: Int, page: () async -> Void, visit: (ProjectMessage) -> Bool
    ) async throws(TwilioError) {
        var left = limit
        let messages = service.messages(try Self.channel(conversation))
        await page()
        for try await entries in messages.list(order: .descending, pageSize: MessageWindow.pageLimit) {
            for message in entries.prefix(left) where visit(ProjectMessage(message)) { return }
            left -= entries.count
            guard left > 0 else { return }
            await page()
        }
    }

    func lastIndex(in conversation: ConversationSID) async throws(TwilioError) -> Int {
        let messages = service.messages(try Self.channel(conversation))
        return try await messages.list(order: .descending, pageSize: 1).first()?.index ?? -1
    }

    func message(_ sid: MessageSID, in conversation: ConversationSID) async throws(TwilioError) -> ProjectMessage? {
        try await service.messages(try Self.channel(conversation)).find(sid).map(ProjectMessage.init)
    }

    func post(_ post: MessagePost, in conversation: ConversationSID) async throws(TwilioError) -> PostedMessage {
        let draft = ChatMessageDraft(
            from: post.author, body: post.body, attributes: TwilioAttributes(post.attributes), mediaSID: post.media,
            dateCreated: post.dateCreated)
        let messages = service.messages(try Self.channel(conversation))
        let message = try await messages.create(draft, webhooks: areWebhooksOn)
        return PostedMessage(sid: message.sid, index: message.index)
    }

    func edit(
        _ sid: MessageSID, in conversation: ConversationSID, body: String?, attributes: JSONObject?
    ) async throws(TwilioError) -> Bool {
        let draft = ChatMessageDraft(body: body, attributes: attributes.map { TwilioAttributes($0) })
        let messages = service.messages(try Self.channel(conversation))
        do throws(TwilioError) {
            _ = try await messages.update(sid, draft, webhooks: areWebhooksOn)
            return true
        } catch {
            guard error.isNotFound else { throw error }
            return false
        }
    }

    func remove(_ sid: MessageSID, in conversation: ConversationSID) async throws(TwilioError) -> Bool {
        try await service.messages(try Self.channel(conversation)).delete(sid, webhooks: areWebhooksOn)
    }

    // MARK: Members

    func participants(in conversation: ConversationSID) async throws(TwilioError) -> [ProjectParticipant] {
        try await service.members(try Self.channel(conversation)).list().all().map(ProjectParticipant.init)
    }

    func add(
        _ post: ParticipantPost, to conversation: ConversationSID
    ) async throws(TwilioError) -> ProjectParticipant {
        let members = service.members(try Self.channel(conversation))
        guard let identity = post.identity else {
            throw .invalidRequest(reason: "a channel has no members by telephone")
        }
        let draft = MemberDraft(identity: identity, attributes: TwilioAttributes(post.attributes))
        do throws(TwilioError) {
            return ProjectParticipant(try await members.create(draft))
        } catch {
            guard error.isConflict, let present = try await members.find(identity: identity) else { throw error }
            return ProjectParticipant(present)
        }
    }

    func removeParticipant(_ sid: String, from conversation: ConversationSID) async throws(TwilioError) -> Bool {
        guard let sid = try? MemberSID(sid) else { return false }
        return try await service.members(try Self.channel(conversation)).delete(sid)
    }

    func setRead(_ participant: String, in conversation: ConversationSID, index: Int) async throws(TwilioError) -> Bool
    {
        guard let sid = try? MemberSID(participant) else { return false }
        let members = service.members(try Self.channel(conversation))
        do throws(TwilioError) {
            _ = try await members.update(sid, MemberDraft(lastConsumedMessageIndex: index))
            return true
        } catch {
            guard error.isNotFound else { throw error }
            return false
        }
    }

    // MARK: Files

    func download(_ media: MediaSID, limitBytes: Int) async throws(TwilioError) -> MediaBytes {
        MediaBytes(try await self.media.download(media, limitBytes: limitBytes))
    }

    func upload(_ media: MediaBytes) async throws(TwilioError) -> MediaSID {
        try await self.media.upload(media.bytes, contentType: media.contentType, filename: media.filename).sid
    }
}

extension ProjectConversation {
    fileprivate init?(_ channel: ChatChannel) {
        guard let sid = try? ConversationSID(channel.sid.text) else { return nil }
        let attributes = channel.attributes.object
        self.init(
            sid: sid, friendlyName: channel.friendlyName, uniqueName: channel.uniqueName, attributes: attributes,
            state: attributes["status"]?.string == "INACTIVE" ? .closed : .active, dateCreated: channel.dateCreated,
            dateUpdated: channel.dateUpdated)
    }
}

extension ProjectMessage {
    fileprivate init(_ message: ChatMessage) {
        self.init(
            sid: message.sid, index: message.index, author: message.from, body: message.body,
            attributes: message.attributes.object, media: message.media.map { [ProjectMedia($0)] } ?? [],
            dateCreated: message.dateCreated)
    }
}

extension ProjectParticipant {
    fileprivate init(_ member: ChatMember) {
        self.init(
            sid: member.sid.text, identity: member.identity, attributes: member.attributes.object,
            lastReadIndex: member.lastConsumedMessageIndex)
    }
}
