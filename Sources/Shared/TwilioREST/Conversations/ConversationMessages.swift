public import Events

/// The messages of one conversation.
public struct ConversationMessages: Sendable {
    let client: TwilioClient
    let service: ChatServiceSID
    let conversation: ConversationSID

    private static let collection = "/v1/Services/{service}/Conversations/{conversation}/Messages"
    private static let one = "/v1/Services/{service}/Conversations/{conversation}/Messages/{message}"

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
    public func create(_ draft: MessageDraft, webhooks: Bool = false) async throws(TwilioError) -> ConversationMessage {
        try await client.perform(
            .post(
                .conversations, Self.collection, service.text, conversation.text, form: draft.form, rule: .once
            ).webhooks(webhooks))
    }

    public func fetch(_ message: MessageSID) async throws(TwilioError) -> ConversationMessage {
        try await client.perform(get(message))
    }

    /// Nil when there is no such message.
    public func find(_ message: MessageSID) async throws(TwilioError) -> ConversationMessage? {
        try await client.find(get(message))
    }

    /// Changes what the draft has.
    ///
    /// - Parameters:
    ///   - message: Which.
    ///   - draft: What is to change; the media cannot.
    ///   - webhooks: Whether the project's webhooks are to hear of it.
    /// - Returns: The message as it is now.
    /// - Throws: ``TwilioError``.
    public func update(
        _ message: MessageSID, _ draft: MessageDraft, webhooks: Bool = false
    ) async throws(TwilioError) -> ConversationMessage {
        try await client.perform(
            .post(
                .conversations, Self.one, service.text, conversation.text, message.text, form: draft.form,
                rule: .idempotent
            ).webhooks(webhooks))
    }

    /// Deletes a message; false when it was not there.
    public func delete(_ message: MessageSID, webhooks: Bool = false) async throws(TwilioError) -> Bool {
        try await client.delete(
            .delete(.conversations, Self.one, service.text, conversation.text, message.text).webhooks(webhooks))
    }

    /// The messages in the order of their index.
    ///
    /// - Parameters:
    ///   - order: From the first or from the last.
    ///   - pageSize: Entries of a page, 100 at most.
    /// - Returns: The pages.
    public func list(order: ListOrder = .ascending, pageSize: Int = 100) -> Pages<ConversationMessage> {
        let query = Form.with {
            $0.add("Order", order.rawValue)
            $0.add("PageSize", pageSize)
        }
        return client.pages(
            .get(.conversations, Self.collection, service.text, conversation.text, query: query), key: "messages")
    }

    /// How far a message has come with each receiver.
    public func receipts(_ message: MessageSID, pageSize: Int = 100) -> Pages<DeliveryReceipt> {
        client.pages(
            .get(
                .conversations, Self.one + "/Receipts", service.text, conversation.text, message.text,
                query: .with { $0.add("PageSize", pageSize) }), key: "delivery_receipts")
    }

    private func get(_ message: MessageSID) -> Call {
        .get(.conversations, Self.one, service.text, conversation.text, message.text)
    }
}
