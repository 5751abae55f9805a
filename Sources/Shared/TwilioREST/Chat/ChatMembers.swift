public import Events

/// Who is in one channel.
public struct ChatMembers: Sendable {
    let client: TwilioClient
    let service: ChatServiceSID
    let channel: ChannelSID

    private static let collection = "/v2/Services/{service}/Channels/{channel}/Members"
    private static let one = "/v2/Services/{service}/Channels/{channel}/Members/{member}"

    /// Adds somebody.
    ///
    /// An identity is in a channel once, so a repeat after an unknown outcome ends in ``TwilioError/isConflict``: adopt
    /// who is there.
    ///
    /// - Parameters:
    ///   - draft: Who.
    ///   - webhooks: Whether the project's webhooks are to hear of it.
    /// - Returns: The member.
    /// - Throws: ``TwilioError``.
    public func create(_ draft: MemberDraft, webhooks: Bool = false) async throws(TwilioError) -> ChatMember {
        try await client.perform(
            .post(.chat, Self.collection, service.text, channel.text, form: draft.form, rule: .idempotent)
                .webhooks(webhooks))
    }

    public func fetch(_ member: MemberSID) async throws(TwilioError) -> ChatMember {
        try await client.perform(get(member.text))
    }

    /// Nil when there is no such member.
    public func find(_ member: MemberSID) async throws(TwilioError) -> ChatMember? {
        try await client.find(get(member.text))
    }

    /// Nil when nobody of this identity is in the channel.
    public func find(identity: String) async throws(TwilioError) -> ChatMember? {
        try await client.find(get(identity))
    }

    /// Changes what the draft has; an identity cannot change.
    public func update(
        _ member: MemberSID, _ draft: MemberDraft, webhooks: Bool = false
    ) async throws(TwilioError) -> ChatMember {
        var draft = draft
        draft.identity = nil
        return try await client.perform(
            .post(
                .chat, Self.one, service.text, channel.text, member.text, form: draft.form, rule: .idempotent
            ).webhooks(webhooks))
    }

    /// Removes somebody; false when they were not there.
    public func delete(_ member: MemberSID, webhooks: Bool = false) async throws(TwilioError) -> Bool {
        try await delete(member.text, webhooks: webhooks)
    }

    /// Removes somebody by identity; false when they were not there.
    public func delete(identity: String, webhooks: Bool = false) async throws(TwilioError) -> Bool {
        try await delete(identity, webhooks: webhooks)
    }

    /// Who is in the channel.
    ///
    /// - Parameters:
    ///   - identity: Only this one; nil for everybody.
    ///   - pageSize: Entries of a page, 100 at most.
    /// - Returns: The pages.
    public func list(identity: String? = nil, pageSize: Int = 100) -> Pages<ChatMember> {
        let query = Form.with {
            $0.add("Identity", identity)
            $0.add("PageSize", pageSize)
        }
        return client.pages(
            .get(.chat, Self.collection, service.text, channel.text, query: query), key: "members")
    }

    private func get(_ name: String) -> Call { .get(.chat, Self.one, service.text, channel.text, name) }

    private func delete(_ name: String, webhooks: Bool) async throws(TwilioError) -> Bool {
        try await client.delete(.delete(.chat, Self.one, service.text, channel.text, name).webhooks(webhooks))
    }
}
