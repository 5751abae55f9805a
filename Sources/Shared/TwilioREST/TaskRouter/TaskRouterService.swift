public import Events

/// One workspace (TaskRouter v1).
public struct TaskRouterService: Sendable {
    let client: TwilioClient
    public let sid: WorkspaceSID

    static let root = "/v1/Workspaces/{workspace}"

    /// The workspace with its event callback.
    public func workspace() async throws(TwilioError) -> TaskRouterWorkspace {
        try await client.perform(get(""))
    }

    /// Changes the workspace's event callback.
    ///
    /// - Parameters:
    ///   - eventCallbackURL: Where events go; an empty text clears it, nil leaves it.
    ///   - eventsFilter: Event names, separated by commas; an empty text means all, nil leaves it.
    /// - Returns: As it is now.
    /// - Throws: ``TwilioError``.
    public func updateWorkspace(
        eventCallbackURL: String? = nil, eventsFilter: String? = nil
    ) async throws(TwilioError) -> TaskRouterWorkspace {
        let form = Form.with {
            $0.add("EventCallbackUrl", eventCallbackURL)
            $0.add("EventsFilter", eventsFilter)
        }
        return try await client.perform(
            .post(.taskRouter, Self.root, sid.text, form: form, rule: .idempotent))
    }

    /// The workspace's activities.
    ///
    /// - Parameters:
    ///   - available: Only those in which a worker gets tasks, or does not.
    ///   - friendlyName: Only that of this name.
    /// - Returns: The pages.
    public func activities(available: Bool? = nil, friendlyName: String? = nil) -> Pages<TaskRouterActivity> {
        let query = Form.with {
            $0.add("FriendlyName", friendlyName)
            $0.add("Available", available)
            $0.add("PageSize", Self.pageSize)
        }
        return client.pages(get("/Activities", query: query), key: "activities")
    }

    /// The workspace's queues.
    public func taskQueues(friendlyName: String? = nil) -> Pages<TaskRouterEntry> {
        entries("/TaskQueues", friendlyName, key: "task_queues")
    }

    /// The workspace's workflows.
    public func workflows(friendlyName: String? = nil) -> Pages<TaskRouterEntry> {
        entries("/Workflows", friendlyName, key: "workflows")
    }

    /// The workspace's task channels.
    public func taskChannels() -> Pages<TaskRouterEntry> {
        entries("/TaskChannels", nil, key: "channels")
    }

    /// What has happened in the workspace, newest first.
    ///
    /// - Parameters:
    ///   - query: Which events.
    ///   - pageSize: Entries of a page, 1,000 at most.
    /// - Returns: The pages.
    public func events(_ query: EventQuery, pageSize: Int = TaskRouterService.pageSize) -> Pages<TaskRouterEvent> {
        var form = query.form
        form.add("PageSize", pageSize)
        return client.pages(get("/Events", query: form), key: "events")
    }

    /// Entries of a page of any list but that of events with data.
    public static let pageSize = 200

    private func entries(_ path: String, _ friendlyName: String?, key: String) -> Pages<TaskRouterEntry> {
        let query = Form.with {
            $0.add("FriendlyName", friendlyName)
            $0.add("PageSize", Self.pageSize)
        }
        return client.pages(get(path, query: query), key: key)
    }

    func get(_ path: String, query: Form = Form()) -> Call {
        .get(.taskRouter, Self.root + path, sid.text, query: query)
    }
}

extension TwilioClient {
    /// One workspace.
    ///
    /// - Parameter workspace: `WS…`.
    /// - Returns: The calls.
    public func taskRouter(_ workspace: WorkspaceSID) -> TaskRouterService {
        TaskRouterService(client: self, sid: workspace)
    }
}
