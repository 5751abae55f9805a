internal import Events

extension ConversationsService {
    private static let user = "/v1/Services/{service}/Users/{user}"

    /// Somebody by SID or identity; nil when they are unknown.
    public func findUser(_ user: String) async throws(TwilioError) -> ConversationUser? {
        try await client.find(.get(Self.product, Self.user, sid.text, user))
    }

    /// Changes somebody.
    ///
    /// - Parameters:
    ///   - user: SID or identity.
    ///   - friendlyName: The name to show.
    ///   - attributes: Replaces the whole document.
    ///   - webhooks: Whether the project's webhooks are to hear of it.
    /// - Returns: As they are now.
    /// - Throws: ``TwilioError``.
    public func updateUser(
        _ user: String, friendlyName: String? = nil, attributes: TwilioAttributes? = nil, webhooks: Bool = false
    ) async throws(TwilioError) -> ConversationUser {
        let form = Form.with {
            $0.add("FriendlyName", friendlyName)
            $0.add("Attributes", attributes)
        }
        return try await client.perform(
            .post(Self.product, Self.user, sid.text, user, form: form, rule: .idempotent).webhooks(webhooks))
    }
}
