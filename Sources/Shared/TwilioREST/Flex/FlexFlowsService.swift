internal import Events

/// Flows of the old dialect: how a chat or a message becomes a task (Flex API v1).
public struct FlexFlowsService: Sendable {
    let client: TwilioClient

    private static let root = "/v1/FlexFlows"
    private static let one = "/v1/FlexFlows/{flow}"

    /// The account's flows.
    public func list(friendlyName: String? = nil) -> Pages<FlexFlow> {
        client.pages(
            .get(.flex, Self.root, query: .with { $0.add("FriendlyName", friendlyName) }), key: "flex_flows")
    }

    /// Makes a flow; not repeated after an unknown outcome.
    public func create(_ draft: FlexFlowDraft) async throws(TwilioError) -> FlexFlow {
        try await client.perform(.post(.flex, Self.root, form: draft.form, rule: .once))
    }

    /// Nil when there is no such flow.
    public func find(_ flow: String) async throws(TwilioError) -> FlexFlow? {
        try await client.find(.get(.flex, Self.one, flow))
    }

    /// Removes a flow; false when it was not there.
    public func delete(_ flow: String) async throws(TwilioError) -> Bool {
        try await client.delete(.delete(.flex, Self.one, flow))
    }
}

extension TwilioClient {
    /// Flows of the old dialect.
    public var flexFlows: FlexFlowsService { FlexFlowsService(client: self) }
}
