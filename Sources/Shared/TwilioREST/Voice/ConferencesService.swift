public import Events

/// Conferences and who is in them (API of 2010).
public struct ConferencesService: Sendable {
    let client: TwilioClient

    private static let root = "/2010-04-01/Accounts/{account}/Conferences"

    /// Nil when there is no such conference.
    public func find(_ conference: ConferenceSID) async throws(TwilioError) -> Conference? {
        try await client.find(.get(.api, Self.root + "/{conference}.json", account, conference.text))
    }

    /// The account's conferences, newest first.
    ///
    /// - Parameters:
    ///   - friendlyName: Only those of this name; Flex names them after the task.
    ///   - status: `init`, `in-progress` or `completed`.
    ///   - pageSize: Entries of a page, 1,000 at most.
    /// - Returns: The pages.
    public func list(
        friendlyName: String? = nil, status: String? = nil, pageSize: Int = 200
    ) -> Pages<Conference> {
        let query = Form.with {
            $0.add("FriendlyName", friendlyName)
            $0.add("Status", status)
            $0.add("PageSize", pageSize)
        }
        return client.pages(.get(.api, Self.root + ".json", account, query: query), key: "conferences")
    }

    /// Ends a conference for everybody; not repeated after an unknown outcome.
    public func end(_ conference: ConferenceSID) async throws(TwilioError) -> Conference {
        try await client.perform(
            .post(
                .api, Self.root + "/{conference}.json", account, conference.text,
                form: .with { $0.add("Status", "completed") }, rule: .once))
    }

    /// Who is in a conference.
    public func participants(_ conference: ConferenceSID) -> Pages<ConferenceParticipant> {
        client.pages(
            .get(.api, Self.root + "/{conference}/Participants.json", account, conference.text),
            key: "participants")
    }

    /// Somebody in a conference by call or label; nil when they are not in it.
    public func findParticipant(
        _ conference: ConferenceSID, _ participant: String
    ) async throws(TwilioError) -> ConferenceParticipant? {
        try await client.find(
            .get(
                .api, Self.root + "/{conference}/Participants/{participant}.json", account, conference.text,
                participant))
    }

    /// Dials somebody into a conference; not repeated after an unknown outcome.
    ///
    /// - Parameters:
    ///   - conference: SID or name.
    ///   - draft: Whom.
    /// - Returns: The participant.
    /// - Throws: ``TwilioError``.
    public func addParticipant(
        _ conference: String, _ draft: ConferenceParticipantDraft
    ) async throws(TwilioError) -> ConferenceParticipant {
        try await client.perform(
            .post(
                .api, Self.root + "/{conference}/Participants.json", account, conference, form: draft.form,
                rule: .once))
    }

    /// Changes somebody in a conference.
    ///
    /// - Parameters:
    ///   - conference: Which.
    ///   - participant: Call or label.
    ///   - update: What is to change.
    /// - Returns: The participant as they are now.
    /// - Throws: ``TwilioError``.
    public func updateParticipant(
        _ conference: ConferenceSID, _ participant: String, _ update: ConferenceParticipantUpdate
    ) async throws(TwilioError) -> ConferenceParticipant {
        try await client.perform(
            .post(
                .api, Self.root + "/{conference}/Participants/{participant}.json", account, conference.text,
                participant, form: update.form, rule: .idempotent))
    }

    /// Removes somebody from a conference, which hangs up; false when they were not in it.
    public func removeParticipant(
        _ conference: ConferenceSID, _ participant: String
    ) async throws(TwilioError) -> Bool {
        try await client.delete(
            .delete(
                .api, Self.root + "/{conference}/Participants/{participant}.json", account, conference.text,
                participant))
    }

    private var account: String { client.accountSID.text }
}

extension TwilioClient {
    /// Conferences and who is in them.
    public var conferences: ConferencesService { ConferencesService(client: self) }
}
