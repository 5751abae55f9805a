internal import Events

/// The webhooks of one channel.
public struct ChatWebhooks: Sendable {
    let client: TwilioClient
    let service: ChatServiceSID
    let channel: ChannelSID

    private static let collection = "/v2/Services/{service}/Channels/{channel}/Webhooks"

    /// Adds a webhook; not repeated after an unknown outcome.
    public func create(_ draft: ScopedWebhookDraft) async throws(TwilioError) -> ScopedWebhook {
        try await client.perform(
            .post(.chat, Self.collection, service.text, channel.text, form: draft.form(target: "Type"), rule: .once))
    }

    /// The channel's webhooks.
    public func list() -> Pages<ScopedWebhook> {
        client.pages(.get(.chat, Self.collection, service.text, channel.text), key: "webhooks")
    }

    /// Removes a webhook; false when it was not there.
    public func delete(_ webhook: String) async throws(TwilioError) -> Bool {
        try await client.delete(
            .delete(.chat, Self.collection + "/{webhook}", service.text, channel.text, webhook))
    }
}
