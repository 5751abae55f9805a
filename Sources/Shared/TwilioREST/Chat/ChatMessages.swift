public import Events

/// The messages of one channel.
public struct ChatMessages: Sendable {
    let client: TwilioClient
    let service: ChatServiceSID
    let channel: ChannelSID

    private static let collection = "/v2/Services/{service}/Channels/{channel}/Messages"
    private static let one = "/v2/Services/{service}/Channels/{channel}/Messages/{message}"

    /// Writes a message.
    ///
    /// There is no name by which a repeat could be told: after ``TwilioError/outcomeUnknown(reason:problem:)`` list the
    /// messages and look for it.
    ///
    /// - Parameters:
    ///   - draft: The message.
    ///   - webhooks: Whether the project's webhooks are to hear of it.
    /// - Returns: The message with its index.
    /// - Throws: ``TwilioError``.
    public func create(_ draft: ChatMessageDraft, webhooks: Bool = false) async throws(TwilioError) -> ChatMessage {
        try await client.perform(
            .post(.chat, Self.collection, service.text, channel.text, form: draft.form, rule: .once).webhooks(webhooks))
    }

    public func fetch(_ message: MessageSID) async throws(TwilioError) -> ChatMessage {
        try await client.perform(get(message))
    }

    /// Nil when there is no such message.
    public func find(_ message: MessageSID) async throws(TwilioError) -> ChatMessage? {
        try await client.find(get(message))
    }

    /// Changes what the draft has; the media cannot change.
    public func update(
        _ message: MessageSID, _ draft: ChatMessageDraft, webhooks: Bool = false
    ) async throws(TwilioError) -> ChatMessage {
        var draft = draft
        draft.mediaSID = nil
        return try await client.perform(
            .post(
                .chat, Self.one, service.text, channel.text, message.text, form: draft.form, rule: .idempotent
            ).webhooks(webhooks))
    }

    /// Deletes a message; false when it was not there.
    public func delete(_ message: MessageSID, webhooks: Bool = false) async throws(TwilioError) -> Bool {
        try await client.delete(
            .delete(.chat, Self.one, service.text, channel.text, message.text).webhooks(webhooks))
    }

    /// The messages in the order of their index.
    ///
    /// - Parameters:
    ///   - order: From the first or from the last.
    ///   - pageSize: Entries of a page, 100 at most.
    /// - Returns: The pages.
    public func list(order: ListOrder = .ascending, pageSize: Int = 100) -> Pages<ChatMessage> {
        let query = Form.with {
            $0.add("Order", order.rawValue)
            $0.add("PageSize", pageSize)
        }
        return client.pages(
            .get(.chat, Self.collection, service.text, channel.text, query: query), key: "messages")
    }

    private func get(_ message: MessageSID) -> Call {
        .get(.chat, Self.one, service.text, channel.text, message.text)
    }
}
