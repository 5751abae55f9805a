public import Events

/// The channels of one service (Programmable Chat v2, retired: for those who still have it).
public struct ChatService: Sendable {
    let client: TwilioClient
    public let sid: ChatServiceSID

    private static let root = "/v2/Services/{service}"
    private static let collection = "/v2/Services/{service}/Channels"
    private static let one = "/v2/Services/{service}/Channels/{channel}"

    /// The service with its webhooks.
    public func settings() async throws(TwilioError) -> ChatServiceSettings {
        try await client.perform(.get(.chat, Self.root, sid.text))
    }

    /// Changes the service's webhooks.
    ///
    /// - Parameter draft: What is to change; an empty text clears a URL.
    /// - Returns: As it is now.
    /// - Throws: ``TwilioError``.
    public func updateSettings(_ draft: ChatServiceDraft) async throws(TwilioError) -> ChatServiceSettings {
        try await client.perform(.post(.chat, Self.root, sid.text, form: draft.form, rule: .idempotent))
    }

    /// Makes a channel.
    ///
    /// With a unique name, a repeat after an unknown outcome ends in ``TwilioError/isConflict``: adopt what is there.
    ///
    /// - Parameters:
    ///   - draft: What it is to be.
    ///   - webhooks: Whether the project's webhooks are to hear of it.
    /// - Returns: The channel.
    /// - Throws: ``TwilioError``.
    public func create(_ draft: ChannelDraft, webhooks: Bool = false) async throws(TwilioError) -> ChatChannel {
        try await client.perform(
            .post(
                .chat, Self.collection, sid.text, form: draft.form, rule: draft.uniqueName == nil ? .once : .idempotent
            ).webhooks(webhooks))
    }

    public func fetch(_ channel: ChannelSID) async throws(TwilioError) -> ChatChannel {
        try await client.perform(get(channel.text))
    }

    public func fetch(uniqueName: String) async throws(TwilioError) -> ChatChannel {
        try await client.perform(get(uniqueName))
    }

    /// Nil when there is no such channel.
    public func find(_ channel: ChannelSID) async throws(TwilioError) -> ChatChannel? {
        try await client.find(get(channel.text))
    }

    /// Nil when there is no channel of this name.
    public func find(uniqueName: String) async throws(TwilioError) -> ChatChannel? {
        try await client.find(get(uniqueName))
    }

    /// Changes what the draft has.
    ///
    /// - Parameters:
    ///   - channel: Which.
    ///   - draft: What is to change; attributes replace the whole document, the type cannot change.
    ///   - webhooks: Whether the project's webhooks are to hear of it.
    /// - Returns: The channel as it is now.
    /// - Throws: ``TwilioError``.
    public func update(
        _ channel: ChannelSID, _ draft: ChannelDraft, webhooks: Bool = false
    ) async throws(TwilioError) -> ChatChannel {
        var draft = draft
        draft.type = nil
        return try await client.perform(
            .post(.chat, Self.one, sid.text, channel.text, form: draft.form, rule: .idempotent).webhooks(webhooks))
    }

    /// Deletes a channel with all its messages; false when it was not there.
    public func delete(_ channel: ChannelSID, webhooks: Bool = false) async throws(TwilioError) -> Bool {
        try await client.delete(.delete(.chat, Self.one, sid.text, channel.text).webhooks(webhooks))
    }

    /// The service's channels.
    public func list(pageSize: Int = 100) -> Pages<ChatChannel> {
        client.pages(
            .get(.chat, Self.collection, sid.text, query: .with { $0.add("PageSize", pageSize) }), key: "channels")
    }

    /// Who is in a channel.
    public func members(_ channel: ChannelSID) -> ChatMembers {
        ChatMembers(client: client, service: sid, channel: channel)
    }

    /// The messages of a channel.
    public func messages(_ channel: ChannelSID) -> ChatMessages {
        ChatMessages(client: client, service: sid, channel: channel)
    }

    /// The webhooks of one channel.
    public func webhooks(_ channel: ChannelSID) -> ChatWebhooks {
        ChatWebhooks(client: client, service: sid, channel: channel)
    }

    /// Somebody by SID or identity; nil when they are unknown.
    public func findUser(_ user: String) async throws(TwilioError) -> ConversationUser? {
        try await client.find(.get(.chat, Self.root + "/Users/{user}", sid.text, user))
    }

    /// The channels that somebody is in.
    ///
    /// - Parameters:
    ///   - user: SID or identity.
    ///   - pageSize: Entries of a page, 100 at most.
    /// - Returns: The pages.
    public func userChannels(_ user: String, pageSize: Int = 100) -> Pages<ChatUserChannel> {
        client.pages(
            .get(
                .chat, Self.root + "/Users/{user}/Channels", sid.text, user,
                query: .with { $0.add("PageSize", pageSize) }), key: "channels")
    }

    private func get(_ name: String) -> Call { .get(.chat, Self.one, sid.text, name) }
}

extension TwilioClient {
    /// The channels of one service.
    ///
    /// - Parameter service: `IS…`.
    /// - Returns: The calls.
    public func chat(_ service: ChatServiceSID) -> ChatService {
        ChatService(client: self, sid: service)
    }
}
