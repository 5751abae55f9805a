public import Events

/// A workflow with its document.
public struct TaskRouterWorkflow: Hashable, Sendable, TwilioResource {
    public let sid: WorkflowSID
    public let friendlyName: String
    /// JSON: `{"task_routing": {"filters": […], "default_filter": {…}}}`.
    public let configuration: String

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        friendlyName = try fields.text("friendly_name")
        configuration = try fields.text("configuration")
    }
}

extension TaskRouterService {
    /// One workflow of the workspace.
    ///
    /// - Parameter workflow: `WW…`.
    /// - Returns: As it is now.
    /// - Throws: ``TwilioError``.
    public func workflow(_ workflow: WorkflowSID) async throws(TwilioError) -> TaskRouterWorkflow {
        try await client.perform(.get(.taskRouter, Self.root + "/Workflows/{workflow}", sid.text, workflow.text))
    }
}
