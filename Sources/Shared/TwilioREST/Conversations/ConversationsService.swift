public import Events

/// The conversations of one service (Conversations v1).
public struct ConversationsService: Sendable {
    let client: TwilioClient
    public let sid: ChatServiceSID

    static let product = TwilioProduct.conversations
    static let collection = "/v1/Services/{service}/Conversations"
    static let one = "/v1/Services/{service}/Conversations/{conversation}"

    /// Makes a conversation.
    ///
    /// With a unique name, a repeat after an unknown outcome ends in ``TwilioError/isConflict``: adopt what is there.
    ///
    /// - Parameters:
    ///   - draft: What it is to be.
    ///   - webhooks: Whether the project's webhooks are to hear of it.
    /// - Returns: The conversation.
    /// - Throws: ``TwilioError``.
    public func create(
        _ draft: ConversationDraft, webhooks: Bool = false
    ) async throws(TwilioError) -> Conversation {
        try await client.perform(
            .post(
                Self.product, Self.collection, sid.text, form: draft.form,
                rule: draft.uniqueName == nil ? .once : .idempotent
            ).webhooks(webhooks))
    }

    /// Makes a conversation with its participants in one request.
    ///
    /// The provider may answer before the participants are there (202).
    ///
    /// - Parameters:
    ///   - draft: What it is to be.
    ///   - participants: Who is to be in it, at most ten.
    ///   - webhooks: Whether the project's webhooks are to hear of it.
    /// - Returns: The conversation.
    /// - Throws: ``TwilioError``.
    public func create(
        _ draft: ConversationDraft, participants: [ParticipantDraft], webhooks: Bool = false
    ) async throws(TwilioError) -> Conversation {
        var form = draft.form
        form.add(
            "Participant",
            participants.map { String(decoding: JSONValue.object($0.document).bytes, as: UTF8.self) })
        return try await client.perform(
            .post(
                Self.product, "/v1/Services/{service}/ConversationWithParticipants", sid.text, form: form,
                rule: draft.uniqueName == nil ? .once : .idempotent
            ).webhooks(webhooks))
    }

    public func fetch(_ conversation: ConversationSID) async throws(TwilioError) -> Conversation {
        try await client.perform(get(conversation.text))
    }

    public func fetch(uniqueName: String) async throws(TwilioError) -> Conversation {
        try await client.perform(get(uniqueName))
    }

    /// Nil when there is no such conversation.
    public func find(_ conversation: ConversationSID) async throws(TwilioError) -> Conversation? {
        try await client.find(get(conversation.text))
    }

    /// Nil when there is no conversation of this name.
    public func find(uniqueName: String) async throws(TwilioError) -> Conversation? {
        try await client.find(get(uniqueName))
    }

    /// Changes what the draft has.
    ///
    /// - Parameters:
    ///   - conversation: Which.
    ///   - draft: What is to change; attributes replace the whole document.
    ///   - webhooks: Whether the project's webhooks are to hear of it.
    /// - Returns: The conversation as it is now.
    /// - Throws: ``TwilioError``.
    public func update(
        _ conversation: ConversationSID, _ draft: ConversationDraft, webhooks: Bool = false
    ) async throws(TwilioError) -> Conversation {
        try await client.perform(
            .post(Self.product, Self.one, sid.text, conversation.text, form: draft.form, rule: .idempotent)
                .webhooks(webhooks))
    }

    /// Deletes a conversation with all its messages; false when it was not there.
    public func delete(_ conversation: ConversationSID, webhooks: Bool = false) async throws(TwilioError) -> Bool {
        try await client.delete(.delete(Self.product, Self.one, sid.text, conversation.text).webhooks(webhooks))
    }

    /// The service's conversations.
    ///
    /// - Parameters:
    ///   - state: Only those in this state.
    ///   - startDate: Only those begun on or after this day, `2026-11-24`.
    ///   - endDate: Only those begun on or before this day.
    ///   - pageSize: Entries of a page, 100 at most.
    /// - Returns: The pages.
    public func list(
        state: ConversationState? = nil, startDate: String? = nil, endDate: String? = nil, pageSize: Int = 100
    ) -> Pages<Conversation> {
        let query = Form.with {
            $0.add("State", state?.text)
            $0.add("StartDate", startDate)
            $0.add("EndDate", endDate)
            $0.add("PageSize", pageSize)
        }
        return client.pages(.get(Self.product, Self.collection, sid.text, query: query), key: "conversations")
    }

    /// The conversations that somebody with this identity is in.
    public func participantConversations(
        identity: String, pageSize: Int = 50
    ) -> Pages<ParticipantConversation> {
        participantConversations("Identity", identity, pageSize: pageSize)
    }

    /// The conversations that somebody with this address is in.
    public func participantConversations(
        address: String, pageSize: Int = 50
    ) -> Pages<ParticipantConversation> {
        participantConversations("Address", address, pageSize: pageSize)
    }

    private func participantConversations(
        _ name: String, _ value: String, pageSize: Int
    ) -> Pages<ParticipantConversation> {
        let query = Form.with {
            $0.add(name, value)
            $0.add("PageSize", pageSize)
        }
        return client.pages(
            .get(Self.product, "/v1/Services/{service}/ParticipantConversations", sid.text, query: query),
            key: "conversations")
    }

    /// The messages of a conversation.
    public func messages(_ conversation: ConversationSID) -> ConversationMessages {
        ConversationMessages(client: client, service: sid, conversation: conversation)
    }

    /// Who is in a conversation.
    public func participants(_ conversation: ConversationSID) -> ConversationParticipants {
        ConversationParticipants(client: client, service: sid, conversation: conversation)
    }

    /// The webhooks of one conversation.
    public func webhooks(_ conversation: ConversationSID) -> ConversationWebhooks {
        ConversationWebhooks(client: client, service: sid, conversation: conversation)
    }

    private func get(_ name: String) -> Call { .get(Self.product, Self.one, sid.text, name) }
}

extension TwilioClient {
    /// The conversations of one service.
    ///
    /// - Parameter service: `IS…`.
    /// - Returns: The calls.
    public func conversations(_ service: ChatServiceSID) -> ConversationsService {
        ConversationsService(client: self, sid: service)
    }
}
