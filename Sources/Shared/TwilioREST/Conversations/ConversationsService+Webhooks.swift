internal import Events

extension ConversationsService {
    private static let webhooks = "/v1/Services/{service}/Configuration/Webhooks"

    /// Where the service's webhooks go.
    public func webhookConfiguration() async throws(TwilioError) -> WebhookConfiguration {
        try await client.perform(.get(Self.product, Self.webhooks, sid.text))
    }

    /// Changes where the service's webhooks go.
    ///
    /// - Parameter configuration: What is to change; a target is not for services.
    /// - Returns: As it is now.
    /// - Throws: ``TwilioError``.
    public func updateWebhookConfiguration(
        _ configuration: WebhookConfiguration
    ) async throws(TwilioError) -> WebhookConfiguration {
        try await client.perform(
            .post(Self.product, Self.webhooks, sid.text, form: configuration.form, rule: .idempotent))
    }
}
