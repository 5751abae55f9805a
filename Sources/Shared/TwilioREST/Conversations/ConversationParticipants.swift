public import Events

/// Who is in one conversation.
public struct ConversationParticipants: Sendable {
    let client: TwilioClient
    let service: ChatServiceSID
    let conversation: ConversationSID

    private static let collection = "/v1/Services/{service}/Conversations/{conversation}/Participants"
    private static let one = "/v1/Services/{service}/Conversations/{conversation}/Participants/{participant}"

    /// Adds somebody.
    ///
    /// An identity or an address is in a conversation once, so a repeat after an unknown outcome ends in
    /// ``TwilioError/isConflict``: adopt who is there.
    ///
    /// - Parameters:
    ///   - draft: Who.
    ///   - webhooks: Whether the project's webhooks are to hear of it.
    /// - Returns: The participant.
    /// - Throws: ``TwilioError``.
    public func create(
        _ draft: ParticipantDraft, webhooks: Bool = false
    ) async throws(TwilioError) -> ConversationParticipant {
        try await client.perform(
            .post(
                .conversations, Self.collection, service.text, conversation.text, form: draft.form, rule: .idempotent
            ).webhooks(webhooks))
    }

    public func fetch(_ participant: ParticipantSID) async throws(TwilioError) -> ConversationParticipant {
        try await client.perform(get(participant.text))
    }

    public func fetch(identity: String) async throws(TwilioError) -> ConversationParticipant {
        try await client.perform(get(identity))
    }

    /// Nil when there is no such participant.
    public func find(_ participant: ParticipantSID) async throws(TwilioError) -> ConversationParticipant? {
        try await client.find(get(participant.text))
    }

    /// Nil when nobody of this identity is in the conversation.
    public func find(identity: String) async throws(TwilioError) -> ConversationParticipant? {
        try await client.find(get(identity))
    }

    /// Changes what the draft has.
    ///
    /// - Parameters:
    ///   - participant: Who.
    ///   - draft: What is to change.
    ///   - webhooks: Whether the project's webhooks are to hear of it.
    /// - Returns: The participant as they are now.
    /// - Throws: ``TwilioError``.
    public func update(
        _ participant: ParticipantSID, _ draft: ParticipantDraft, webhooks: Bool = false
    ) async throws(TwilioError) -> ConversationParticipant {
        try await client.perform(
            .post(
                .conversations, Self.one, service.text, conversation.text, participant.text, form: draft.form,
                rule: .idempotent
            ).webhooks(webhooks))
    }

    /// Removes somebody; false when they were not there.
    public func delete(_ participant: ParticipantSID, webhooks: Bool = false) async throws(TwilioError) -> Bool {
        try await delete(participant.text, webhooks: webhooks)
    }

    /// Removes somebody by identity; false when they were not there.
    public func delete(identity: String, webhooks: Bool = false) async throws(TwilioError) -> Bool {
        try await delete(identity, webhooks: webhooks)
    }

    /// Everybody who is in the conversation.
    public func list(pageSize: Int = 100) -> Pages<ConversationParticipant> {
        client.pages(
            .get(
                .conversations, Self.collection, service.text, conversation.text,
                query: .with { $0.add("PageSize", pageSize) }), key: "participants")
    }

    private func get(_ name: String) -> Call {
        .get(.conversations, Self.one, service.text, conversation.text, name)
    }

    private func delete(_ name: String, webhooks: Bool) async throws(TwilioError) -> Bool {
        try await client.delete(
            .delete(.conversations, Self.one, service.text, conversation.text, name).webhooks(webhooks))
    }
}
