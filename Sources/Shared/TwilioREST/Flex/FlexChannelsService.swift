public import Events

/// Flex channels of the old dialect: a chat channel with its task, made in one go (Flex API v1).
public struct FlexChannelsService: Sendable {
    let client: TwilioClient

    private static let root = "/v1/Channels"
    private static let one = "/v1/Channels/{channel}"

    /// Makes a chat channel and its task.
    ///
    /// With a unique name, a repeat after an unknown outcome ends in ``TwilioError/isConflict``.
    ///
    /// - Parameter draft: What it is to be.
    /// - Returns: The channel.
    /// - Throws: ``TwilioError``.
    public func create(_ draft: FlexChannelDraft) async throws(TwilioError) -> FlexChannel {
        try await client.perform(
            .post(
                .flex, Self.root, form: draft.form, rule: draft.chatUniqueName == nil ? .once : .idempotent))
    }

    /// Nil when there is no such channel.
    public func find(_ channel: ChannelSID) async throws(TwilioError) -> FlexChannel? {
        try await client.find(.get(.flex, Self.one, channel.text))
    }

    /// The account's Flex channels.
    public func list(pageSize: Int = 100) -> Pages<FlexChannel> {
        client.pages(
            .get(.flex, Self.root, query: .with { $0.add("PageSize", pageSize) }), key: "flex_chat_channels")
    }

    /// Removes a Flex channel; false when it was not there.
    public func delete(_ channel: ChannelSID) async throws(TwilioError) -> Bool {
        try await client.delete(.delete(.flex, Self.one, channel.text))
    }
}

extension TwilioClient {
    /// Flex channels of the old dialect.
    public var flexChannels: FlexChannelsService { FlexChannelsService(client: self) }
}
