/// The people of the mobile app (Frontline, for those who already had it).
public struct FrontlineUsers: Sendable {
    let client: TwilioClient

    private static let one = "/v1/Users/{user}"

    /// Somebody by SID or identity; nil when they are unknown.
    public func find(_ user: String) async throws(TwilioError) -> FrontlineUser? {
        try await client.find(.get(.frontline, Self.one, user))
    }

    /// Changes somebody.
    ///
    /// - Parameters:
    ///   - user: SID or identity.
    ///   - isAvailable: Whether they take conversations.
    ///   - state: `active` or `deactivated`.
    ///   - friendlyName: The name to show.
    ///   - avatar: Where their picture is.
    /// - Returns: As they are now.
    /// - Throws: ``TwilioError``.
    public func update(
        _ user: String, isAvailable: Bool? = nil, state: String? = nil, friendlyName: String? = nil,
        avatar: String? = nil
    ) async throws(TwilioError) -> FrontlineUser {
        let form = Form.with {
            $0.add("FriendlyName", friendlyName)
            $0.add("Avatar", avatar)
            $0.add("State", state)
            $0.add("IsAvailable", isAvailable)
        }
        return try await client.perform(.post(.frontline, Self.one, user, form: form, rule: .idempotent))
    }
}

extension TwilioClient {
    /// The people of the mobile app.
    public var frontline: FrontlineUsers { FrontlineUsers(client: self) }
}
