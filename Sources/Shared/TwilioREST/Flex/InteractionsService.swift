public import Events

/// Interactions of Flex Conversations: what routes a conversation to agents (Flex API v1).
///
/// Their documents are passed on as JSON, as the provider describes them: `channel` and `routing` differ by channel.
public struct InteractionsService: Sendable {
    let client: TwilioClient

    private static let root = "/v1/Interactions"
    private static let one = "/v1/Interactions/{interaction}"
    private static let channel = "/v1/Interactions/{interaction}/Channels/{channel}"

    /// Begins an interaction; not repeated after an unknown outcome.
    ///
    /// The provider only takes note (200): whether it works shows in the channel.
    ///
    /// - Parameter draft: What to begin.
    /// - Returns: The interaction.
    /// - Throws: ``TwilioError``.
    public func create(_ draft: InteractionDraft) async throws(TwilioError) -> Interaction {
        try await client.perform(.post(.flex, Self.root, form: draft.form, rule: .once))
    }

    public func fetch(_ interaction: InteractionSID) async throws(TwilioError) -> Interaction {
        try await client.perform(.get(.flex, Self.one, interaction.text))
    }

    /// Nil when there is no such interaction.
    public func find(_ interaction: InteractionSID) async throws(TwilioError) -> Interaction? {
        try await client.find(.get(.flex, Self.one, interaction.text))
    }

    /// The interaction's channels.
    public func channels(_ interaction: InteractionSID) -> Pages<InteractionChannel> {
        client.pages(.get(.flex, Self.one + "/Channels", interaction.text), key: "channels")
    }

    public func channel(
        _ interaction: InteractionSID, _ channel: InteractionChannelSID
    ) async throws(TwilioError) -> InteractionChannel {
        try await client.perform(.get(.flex, Self.channel, interaction.text, channel.text))
    }

    /// Ends a channel, or lets it rest; not repeated after an unknown outcome.
    ///
    /// - Parameters:
    ///   - interaction: Which.
    ///   - channel: Its channel.
    ///   - status: `closed` or `inactive`.
    ///   - routing: `{"status":"closed"}` is required for `inactive`; by default tasks go to wrapping.
    /// - Returns: The channel as it is now.
    /// - Throws: ``TwilioError``.
    public func updateChannel(
        _ interaction: InteractionSID, _ channel: InteractionChannelSID, status: String, routing: JSONObject? = nil
    ) async throws(TwilioError) -> InteractionChannel {
        let form = Form.with {
            $0.add("Status", status)
            $0.add("Routing", routing)
        }
        return try await client.perform(
            .post(.flex, Self.channel, interaction.text, channel.text, form: form, rule: .once))
    }

    /// Invites another agent, as a new task on the same channel; not repeated after an unknown outcome.
    public func invite(
        _ interaction: InteractionSID, _ channel: InteractionChannelSID, routing: JSONObject
    ) async throws(TwilioError) -> InteractionInvite {
        try await client.perform(
            .post(
                .flex, Self.channel + "/Invites", interaction.text, channel.text,
                form: .with { $0.add("Routing", routing) }, rule: .once))
    }

    /// A channel's invites.
    public func invites(
        _ interaction: InteractionSID, _ channel: InteractionChannelSID
    ) -> Pages<InteractionInvite> {
        client.pages(.get(.flex, Self.channel + "/Invites", interaction.text, channel.text), key: "invites")
    }

    /// Who takes part in a channel.
    public func participants(
        _ interaction: InteractionSID, _ channel: InteractionChannelSID
    ) -> Pages<InteractionParticipant> {
        client.pages(
            .get(.flex, Self.channel + "/Participants", interaction.text, channel.text), key: "participants")
    }

    /// Adds somebody to a channel; not repeated after an unknown outcome.
    ///
    /// - Parameters:
    ///   - interaction: Which.
    ///   - channel: Its channel.
    ///   - type: `supervisor`, `customer`, `external`, `agent` or `unknown`.
    ///   - mediaProperties: The person in the conversation.
    ///   - routingProperties: The person in TaskRouter.
    /// - Returns: The participant.
    /// - Throws: ``TwilioError``.
    public func addParticipant(
        _ interaction: InteractionSID, _ channel: InteractionChannelSID, type: String, mediaProperties: JSONObject,
        routingProperties: JSONObject? = nil
    ) async throws(TwilioError) -> InteractionParticipant {
        let form = Form.with {
            $0.add("Type", type)
            $0.add("MediaProperties", mediaProperties)
            $0.add("RoutingProperties", routingProperties)
        }
        return try await client.perform(
            .post(.flex, Self.channel + "/Participants", interaction.text, channel.text, form: form, rule: .once))
    }

    /// Ends somebody's part in a channel; not repeated after an unknown outcome.
    ///
    /// - Parameters:
    ///   - interaction: Which.
    ///   - channel: Its channel.
    ///   - participant: `UT…`.
    ///   - status: `closed` or `wrapup`.
    /// - Returns: The participant as they are now.
    /// - Throws: ``TwilioError``.
    public func updateParticipant(
        _ interaction: InteractionSID, _ channel: InteractionChannelSID, _ participant: String, status: String
    ) async throws(TwilioError) -> InteractionParticipant {
        try await client.perform(
            .post(
                .flex, Self.channel + "/Participants/{participant}", interaction.text, channel.text, participant,
                form: .with { $0.add("Status", status) }, rule: .once))
    }

    /// Hands a channel to somebody else; not repeated after an unknown outcome.
    ///
    /// - Parameters:
    ///   - interaction: Which.
    ///   - channel: Its channel.
    ///   - transfer: `type` (`warm`, `cold`, `external`), `from`, `to` and so on.
    /// - Returns: The transfer.
    /// - Throws: ``TwilioError``.
    public func transfer(
        _ interaction: InteractionSID, _ channel: InteractionChannelSID, _ transfer: JSONObject
    ) async throws(TwilioError) -> InteractionTransfer {
        try await client.perform(
            .post(
                .flex, Self.channel + "/Transfers", interaction.text, channel.text,
                body: .json(JSONValue.object(transfer).bytes), rule: .once))
    }

    public func fetchTransfer(
        _ interaction: InteractionSID, _ channel: InteractionChannelSID, _ transfer: String
    ) async throws(TwilioError) -> InteractionTransfer {
        try await client.perform(
            .get(.flex, Self.channel + "/Transfers/{transfer}", interaction.text, channel.text, transfer))
    }

    /// Changes a transfer, such as ending it; not repeated after an unknown outcome.
    public func updateTransfer(
        _ interaction: InteractionSID, _ channel: InteractionChannelSID, _ transfer: String, _ body: JSONObject
    ) async throws(TwilioError) -> InteractionTransfer {
        try await client.perform(
            .post(
                .flex, Self.channel + "/Transfers/{transfer}", interaction.text, channel.text, transfer,
                body: .json(JSONValue.object(body).bytes), rule: .once))
    }
}

extension TwilioClient {
    /// Interactions of Flex Conversations.
    public var interactions: InteractionsService { InteractionsService(client: self) }
}
