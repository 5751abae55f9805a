public import Events

extension TaskRouterService {
    private static let task = root + "/Tasks/{task}"

    /// The workspace's tasks.
    ///
    /// - Parameters:
    ///   - query: Which.
    ///   - pageSize: Entries of a page, 1,000 at most.
    /// - Returns: The pages.
    public func tasks(
        _ query: TaskQuery = TaskQuery(), pageSize: Int = TaskRouterService.pageSize
    ) -> Pages<TaskRouterTask> {
        var form = query.form
        form.add("PageSize", pageSize)
        return client.pages(get("/Tasks", query: form), key: "tasks")
    }

    public func task(_ task: TaskSID) async throws(TwilioError) -> TaskRouterTask {
        try await client.perform(.get(.taskRouter, Self.task, sid.text, task.text))
    }

    /// Nil when there is no such task.
    public func findTask(_ task: TaskSID) async throws(TwilioError) -> TaskRouterTask? {
        try await client.find(.get(.taskRouter, Self.task, sid.text, task.text))
    }

    /// Makes a task; not repeated after an unknown outcome.
    public func createTask(_ draft: TaskDraft) async throws(TwilioError) -> TaskRouterTask {
        try await client.perform(
            .post(.taskRouter, Self.root + "/Tasks", sid.text, form: draft.form, rule: .once))
    }

    /// Changes a task.
    ///
    /// A change of status, and any with a version to match, is not repeated after an unknown outcome.
    ///
    /// - Parameters:
    ///   - task: Which.
    ///   - update: What is to change.
    ///   - ifMatch: The version that is to be changed; another one is ``TwilioError/isPreconditionFailed``.
    /// - Returns: The task as it is now.
    /// - Throws: ``TwilioError``.
    public func updateTask(
        _ task: TaskSID, _ update: TaskUpdate, ifMatch: String? = nil
    ) async throws(TwilioError) -> TaskRouterTask {
        try await client.perform(
            .post(
                .taskRouter, Self.task, sid.text, task.text, form: update.form,
                rule: ifMatch == nil && update.assignmentStatus == nil ? .idempotent : .once
            ).matching(ifMatch))
    }

    /// Deletes a task; false when it was not there.
    public func deleteTask(_ task: TaskSID, ifMatch: String? = nil) async throws(TwilioError) -> Bool {
        try await client.delete(.delete(.taskRouter, Self.task, sid.text, task.text).matching(ifMatch))
    }
}
