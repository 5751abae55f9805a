/// What a project has of TaskRouter.
struct TaskRouterState: Sendable {}

extension World {
    /// Makes what the project begins with.
    mutating func seedTaskRouter() {}

    /// What `GET /sandbox/v1/world` shows of workers, activities and the SIDs of workspace, workflow and queue.
    func describeTaskRouter(_ json: inout JSONFields) {}
}
