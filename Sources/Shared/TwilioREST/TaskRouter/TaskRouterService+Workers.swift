public import Events

extension TaskRouterService {
    private static let worker = root + "/Workers/{worker}"

    /// The workspace's workers.
    ///
    /// - Parameters:
    ///   - query: Which.
    ///   - pageSize: Entries of a page, 1,000 at most.
    /// - Returns: The pages.
    public func workers(
        _ query: WorkerQuery = WorkerQuery(), pageSize: Int = TaskRouterService.pageSize
    ) -> Pages<TaskRouterWorker> {
        var form = query.form
        form.add("PageSize", pageSize)
        return client.pages(get("/Workers", query: form), key: "workers")
    }

    public func worker(_ worker: WorkerSID) async throws(TwilioError) -> TaskRouterWorker {
        try await client.perform(.get(.taskRouter, Self.worker, sid.text, worker.text))
    }

    /// Nil when there is no such worker.
    public func findWorker(_ worker: WorkerSID) async throws(TwilioError) -> TaskRouterWorker? {
        try await client.find(.get(.taskRouter, Self.worker, sid.text, worker.text))
    }

    /// Nil when nobody has just this name; the provider's own comparison is not trusted.
    public func findWorker(friendlyName: String) async throws(TwilioError) -> TaskRouterWorker? {
        try await workers(WorkerQuery(friendlyName: friendlyName)).first { $0.friendlyName == friendlyName }
    }

    /// Changes a worker.
    ///
    /// Not repeated after an unknown outcome when it has a version to match: the repeat would not match any more.
    ///
    /// - Parameters:
    ///   - worker: Who.
    ///   - activity: The activity to be in.
    ///   - attributes: Replaces the whole document.
    ///   - friendlyName: The name.
    ///   - rejectPendingReservations: With an activity that gets no tasks: whether what is offered is to be rejected.
    ///   - ifMatch: The version that is to be changed; another one is ``TwilioError/isPreconditionFailed``.
    /// - Returns: The worker as they are now.
    /// - Throws: ``TwilioError``.
    public func updateWorker(
        _ worker: WorkerSID, activity: ActivitySID? = nil, attributes: TwilioAttributes? = nil,
        friendlyName: String? = nil, rejectPendingReservations: Bool? = nil, ifMatch: String? = nil
    ) async throws(TwilioError) -> TaskRouterWorker {
        let form = Form.with {
            $0.add("ActivitySid", activity)
            $0.add("Attributes", attributes)
            $0.add("FriendlyName", friendlyName)
            $0.add("RejectPendingReservations", rejectPendingReservations)
        }
        return try await client.perform(
            .post(
                .taskRouter, Self.worker, sid.text, worker.text, form: form,
                rule: ifMatch == nil ? .idempotent : .once
            ).matching(ifMatch))
    }
}
