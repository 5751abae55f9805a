internal import Events

/// The webhooks of one conversation.
public struct ConversationWebhooks: Sendable {
    let client: TwilioClient
    let service: ChatServiceSID
    let conversation: ConversationSID

    private static let collection = "/v1/Services/{service}/Conversations/{conversation}/Webhooks"

    /// Adds a webhook; not repeated after an unknown outcome.
    public func create(_ draft: ScopedWebhookDraft) async throws(TwilioError) -> ScopedWebhook {
        try await client.perform(
            .post(
                .conversations, Self.collection, service.text, conversation.text, form: draft.form(target: "Target"),
                rule: .once))
    }

    /// The conversation's webhooks.
    public func list() -> Pages<ScopedWebhook> {
        client.pages(.get(.conversations, Self.collection, service.text, conversation.text), key: "webhooks")
    }

    /// Removes a webhook; false when it was not there.
    public func delete(_ webhook: String) async throws(TwilioError) -> Bool {
        try await client.delete(
            .delete(
                .conversations, Self.collection + "/{webhook}", service.text, conversation.text, webhook))
    }
}
