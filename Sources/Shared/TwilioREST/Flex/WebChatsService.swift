/// Web chats of Flex Conversations (Flex API v2).
public struct WebChatsService: Sendable {
    let client: TwilioClient

    /// Begins a web chat; not repeated after an unknown outcome.
    ///
    /// - Parameter draft: Who, and what they said beforehand.
    /// - Returns: The conversation and the customer's identity in it.
    /// - Throws: ``TwilioError``.
    public func create(_ draft: WebChatDraft) async throws(TwilioError) -> WebChat {
        try await client.perform(.post(.flex, "/v2/WebChats", form: draft.form, rule: .once))
    }
}

extension TwilioClient {
    /// Web chats of Flex Conversations.
    public var webChats: WebChatsService { WebChatsService(client: self) }
}
