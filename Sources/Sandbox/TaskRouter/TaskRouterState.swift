import Events

/// What a project has of TaskRouter.
struct TaskRouterState: Sendable {
    var workspace = Workspace(
        sid: "", accountSID: "", friendlyName: "", seed: 0, now: Timestamp(unixNanoseconds: 0))
    /// When the timer that was set for the workspace fires.
    var armedUntil: Timestamp?
}

extension World {
    /// Makes what the project begins with: activities, a queue of everybody, a workflow that knows workers, the workers.
    ///
    /// The workflow sends a task of a dialled extension (`extension`, `workerSID`, `fallbackWorkerSID`) to its agent, then
    /// to the fallback and then to everybody; one that names a worker (`workerSID`, `workerName`) to him for as long as he
    /// does not decline, and every other to everybody.
    mutating func seedTaskRouter() {
        var workspace = Workspace(
            sid: project.workspaceSID ?? newSID("WS"), accountSID: project.accountSID,
            friendlyName: "Flex Task Assignment", seed: newSIDNumber().high, now: now)
        do throws(TwilioProblem) {
            for activity in project.activities {
                _ = try workspace.createActivity(
                    name: activity.name, isAvailable: activity.isAvailable, sid: activity.sid ?? newSID("WA"), now: now)
            }
            if workspace.activities.count > 0 { workspace.defaultActivitySID = workspace.activities.sids[0] }
            let queue = try workspace.createQueue(name: "Everyone", sid: project.queueSID ?? newSID("WQ"), now: now)
            _ = try workspace.createWorkflow(
                name: "Assign to Anyone", configurationText: Self.usualWorkflow(queue: queue.sid),
                sid: project.workflowSID ?? newSID("WW"), now: now)
            for agent in project.allAgents {
                let usual: JSONValue = ["roles": ["agent"], "routing": ["skills": []]]
                var attributes = usual.object ?? JSONObject()
                attributes["full_name"] = JSONValue.string(agent.fullName ?? agent.name)
                attributes["contact_uri"] = JSONValue.string(agent.contactURI ?? "client:\(agent.name)")
                if let team = agent.team { attributes["team"] = JSONValue.string(team) }
                if let id = agent.entraObjectID { attributes["entra_object_id"] = JSONValue.string(id) }
                _ = try workspace.createWorker(
                    name: agent.name, attributesText: JSONValue.object(attributes).description, now: now)
            }
        } catch {
            // Two activities or workers of one name: the first stands.
            record(.worker, .removed) { $0.text("message", "names repeat") }
        }
        if let base = project.webhookBase { workspace.eventCallbackURL = base + "/taskrouter" }
        // What a project begins with is no news.
        _ = workspace.takeEvents()
        taskRouter.workspace = workspace
    }

    /// Seconds that the agent of a dialled extension has before the fallback has its turn.
    private static let extensionRingSeconds = 20

    private static func usualWorkflow(queue: String) -> String {
        let known: JSONValue = [
            "filter_friendly_name": "Known worker",
            "expression": "workerSID IS NOT NULL OR workerName IS NOT NULL",
            "targets": [
                [
                    "queue": .string(queue),
                    "expression": "worker.sid == task.workerSID OR worker.name == task.workerName",
                ]
            ],
        ]
        // Whoever is absent, busy or unknown is passed over at once, and who does not answer after a while.
        func agent(_ attribute: String) -> JSONValue {
            [
                "queue": .string(queue), "known_worker_sid": .string("task.\(attribute)"),
                "timeout": .number(JSONNumber(extensionRingSeconds)), "skip_if": "workers.available == 0",
            ]
        }
        let dialled: JSONValue = [
            "filter_friendly_name": "Extension", "expression": "extension IS NOT NULL",
            "targets": [agent("workerSID"), agent("fallbackWorkerSID")],
        ]
        let document: JSONValue = [
            "task_routing": ["filters": [dialled, known], "default_filter": ["queue": .string(queue)]]
        ]
        return document.description
    }

    /// Writes workers, activities and the SIDs of workspace, workflow and queue for `GET /sandbox/v1/world`.
    func describeTaskRouter(_ json: inout JSONFields) {
        let workspace = taskRouter.workspace
        json.text("workspace_sid", workspace.sid)
        json.text("workflow_sid", workspace.workflows.sids.first)
        json.text("queue_sid", workspace.queues.sids.first)
        json.text("taskrouter_webhook", workspace.eventCallbackURL)
        json.objects("workers", workspace.workers.all) { worker, row in
            row.shown(worker, in: self)
        }
        json.objects("activities", workspace.activities.all) { activity, row in
            row.text("sid", activity.sid)
            row.text("name", activity.name)
            row.bool("available", activity.isAvailable)
        }
    }
}
