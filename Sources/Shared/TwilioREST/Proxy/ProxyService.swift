/// Masked conversations between numbers, of the old dialect (Proxy v1).
public struct ProxyService: Sendable {
    let client: TwilioClient
    /// `KS…`.
    public let sid: String

    private static let collection = "/v1/Services/{service}/Sessions"
    private static let one = "/v1/Services/{service}/Sessions/{session}"

    /// Makes a session; with a unique name, a repeat after an unknown outcome ends in ``TwilioError/isConflict``.
    public func create(_ draft: ProxySessionDraft) async throws(TwilioError) -> ProxySession {
        try await client.perform(
            .post(
                .proxy, Self.collection, sid, form: draft.form,
                rule: draft.uniqueName == nil ? .once : .idempotent))
    }

    /// A session by SID or unique name; nil when there is none.
    public func find(_ session: String) async throws(TwilioError) -> ProxySession? {
        try await client.find(.get(.proxy, Self.one, sid, session))
    }

    /// The service's sessions.
    public func list(pageSize: Int = 100) -> Pages<ProxySession> {
        client.pages(
            .get(.proxy, Self.collection, sid, query: .with { $0.add("PageSize", pageSize) }), key: "sessions")
    }

    /// Changes a session.
    ///
    /// - Parameters:
    ///   - session: SID or unique name.
    ///   - status: `in-progress` or `closed`.
    ///   - ttlSeconds: How long it lasts without a message.
    /// - Returns: The session as it is now.
    /// - Throws: ``TwilioError``.
    public func update(
        _ session: String, status: String? = nil, ttlSeconds: Int? = nil
    ) async throws(TwilioError) -> ProxySession {
        let form = Form.with {
            $0.add("Status", status)
            $0.add("Ttl", ttlSeconds)
        }
        return try await client.perform(.post(.proxy, Self.one, sid, session, form: form, rule: .idempotent))
    }

    /// Removes a session; false when it was not there.
    public func delete(_ session: String) async throws(TwilioError) -> Bool {
        try await client.delete(.delete(.proxy, Self.one, sid, session))
    }

    /// Adds somebody to a session.
    ///
    /// Somebody is in a session once, so a repeat after an unknown outcome is refused: adopt who is there.
    ///
    /// - Parameters:
    ///   - session: SID or unique name.
    ///   - draft: Who.
    /// - Returns: The participant.
    /// - Throws: ``TwilioError``.
    public func addParticipant(
        _ session: String, _ draft: ProxyParticipantDraft
    ) async throws(TwilioError) -> ProxyParticipant {
        try await client.perform(
            .post(.proxy, Self.one + "/Participants", sid, session, form: draft.form, rule: .idempotent))
    }

    /// Who is in a session.
    public func participants(_ session: String) -> Pages<ProxyParticipant> {
        client.pages(.get(.proxy, Self.one + "/Participants", sid, session), key: "participants")
    }

    /// Removes somebody from a session; false when they were not there.
    public func deleteParticipant(_ session: String, _ participant: String) async throws(TwilioError) -> Bool {
        try await client.delete(
            .delete(.proxy, Self.one + "/Participants/{participant}", sid, session, participant))
    }
}

extension TwilioClient {
    /// Masked conversations between numbers.
    ///
    /// - Parameter service: `KS…`.
    /// - Returns: The calls.
    public func proxy(_ service: String) -> ProxyService { ProxyService(client: self, sid: service) }
}
