/// What Conversations has for the whole account: its webhooks and the addresses that begin conversations.
public struct AccountConversations: Sendable {
    let client: TwilioClient

    private static let webhooks = "/v1/Configuration/Webhooks"
    private static let addresses = "/v1/Configuration/Addresses"

    /// Where the account's webhooks go.
    public func webhookConfiguration() async throws(TwilioError) -> WebhookConfiguration {
        try await client.perform(.get(.conversations, Self.webhooks))
    }

    /// Changes where the account's webhooks go.
    public func updateWebhookConfiguration(
        _ configuration: WebhookConfiguration
    ) async throws(TwilioError) -> WebhookConfiguration {
        try await client.perform(
            .post(.conversations, Self.webhooks, form: configuration.form, rule: .idempotent))
    }

    /// The addresses that begin conversations.
    ///
    /// - Parameter type: `sms`, `whatsapp` and so on; nil for all.
    /// - Returns: The pages.
    public func addresses(type: String? = nil) -> Pages<AddressConfiguration> {
        client.pages(
            .get(.conversations, Self.addresses, query: .with { $0.add("Type", type) }), key: "address_configurations")
    }

    /// Adds an address; one that is there already ends in ``TwilioError/isConflict``.
    public func createAddress(_ draft: AddressDraft) async throws(TwilioError) -> AddressConfiguration {
        try await client.perform(.post(.conversations, Self.addresses, form: draft.form, rule: .idempotent))
    }

    /// Changes what an address does; its type and itself cannot change.
    public func updateAddress(
        _ address: String, _ draft: AddressDraft
    ) async throws(TwilioError) -> AddressConfiguration {
        var draft = draft
        draft.type = nil
        draft.address = nil
        return try await client.perform(
            .post(
                .conversations, Self.addresses + "/{address}", address, form: draft.form, rule: .idempotent))
    }

    /// Removes an address; false when it was not there.
    public func deleteAddress(_ address: String) async throws(TwilioError) -> Bool {
        try await client.delete(.delete(.conversations, Self.addresses + "/{address}", address))
    }
}

extension TwilioClient {
    /// What Conversations has for the whole account.
    public var accountConversations: AccountConversations { AccountConversations(client: self) }
}
