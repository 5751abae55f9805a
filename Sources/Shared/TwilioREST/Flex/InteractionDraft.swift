public import Events

/// An interaction to begin.
public struct InteractionDraft: Hashable, Sendable {
    /// `{type, initiated_by, properties: {media_channel_sid}, participants}`: `customer` needs a conversation that already
    /// holds the customer; `agent` needs participants, and routing with `queue_sid` and `worker_sid`.
    public var channel: JSONObject
    /// `{properties: {workspace_sid, workflow_sid, queue_sid, worker_sid, task_channel_unique_name, attributes, …}}`.
    public var routing: JSONObject?
    /// `HQ…`.
    public var contextSID: String?

    public init(channel: JSONObject, routing: JSONObject? = nil, contextSID: String? = nil) {
        self.channel = channel
        self.routing = routing
        self.contextSID = contextSID
    }

    var form: Form {
        .with {
            $0.add("Channel", channel)
            $0.add("Routing", routing)
            $0.add("InteractionContextSid", contextSID)
        }
    }
}
