import Events

/// TaskRouter's resources as the API shows them; `base` is the product's URL, such as `http://…/api/taskrouter`.
extension JSONFields {
    private mutating func common(_ workspace: Workspace, sid: String, url: String) {
        text("account_sid", workspace.accountSID)
        text("workspace_sid", workspace.sid)
        text("sid", sid)
        text("url", url)
    }

    private mutating func dates(_ created: Timestamp, _ updated: Timestamp) {
        date("date_created", created)
        date("date_updated", updated)
    }

    mutating func members(of workspace: Workspace, base: String) {
        let url = "\(base)/v1/Workspaces/\(workspace.sid)"
        text("account_sid", workspace.accountSID)
        text("sid", workspace.sid)
        text("friendly_name", workspace.friendlyName)
        text("event_callback_url", workspace.eventCallbackURL)
        text("events_filter", workspace.eventsFilter.isEmpty ? nil : workspace.eventsFilter.joined(separator: ","))
        text("default_activity_sid", workspace.defaultActivitySID)
        text("default_activity_name", workspace.activities[workspace.defaultActivitySID]?.name)
        text("timeout_activity_sid", workspace.timeoutActivitySID)
        text("timeout_activity_name", workspace.activities[workspace.timeoutActivitySID]?.name)
        bool("multi_task_enabled", true)
        text("prioritize_queue_order", "FIFO")
        dates(workspace.createdAt, workspace.updatedAt)
        text("url", url)
        object("links") { links in
            links.text("activities", "\(url)/Activities")
            links.text("events", "\(url)/Events")
            links.text("task_channels", "\(url)/TaskChannels")
            links.text("task_queues", "\(url)/TaskQueues")
            links.text("tasks", "\(url)/Tasks")
            links.text("workers", "\(url)/Workers")
            links.text("workflows", "\(url)/Workflows")
        }
    }

    mutating func members(of activity: Activity, in workspace: Workspace, base: String) {
        let parent = "\(base)/v1/Workspaces/\(workspace.sid)"
        common(workspace, sid: activity.sid, url: "\(parent)/Activities/\(activity.sid)")
        text("friendly_name", activity.name)
        bool("available", activity.isAvailable)
        dates(activity.createdAt, activity.updatedAt)
        object("links") { $0.text("workspace", parent) }
    }

    mutating func members(of channel: TaskChannel, in workspace: Workspace, base: String) {
        let parent = "\(base)/v1/Workspaces/\(workspace.sid)"
        common(workspace, sid: channel.sid, url: "\(parent)/TaskChannels/\(channel.sid)")
        text("friendly_name", channel.friendlyName)
        text("unique_name", channel.uniqueName)
        bool("channel_optimized_routing", false)
        dates(channel.createdAt, channel.updatedAt)
        object("links") { $0.text("workspace", parent) }
    }

    mutating func members(of queue: TaskQueue, in workspace: Workspace, base: String) {
        let parent = "\(base)/v1/Workspaces/\(workspace.sid)"
        let url = "\(parent)/TaskQueues/\(queue.sid)"
        common(workspace, sid: queue.sid, url: url)
        text("friendly_name", queue.friendlyName)
        text("target_workers", queue.targetWorkers)
        number("max_reserved_workers", queue.maxReservedWorkers)
        text("task_order", "FIFO")
        null("assignment_activity_sid")
        null("assignment_activity_name")
        null("reservation_activity_sid")
        null("reservation_activity_name")
        dates(queue.createdAt, queue.updatedAt)
        object("links") { links in
            links.text("workspace", parent)
            links.text("list_statistics", "\(parent)/TaskQueues/Statistics")
        }
    }

    mutating func members(of workflow: Workflow, in workspace: Workspace, base: String) {
        let parent = "\(base)/v1/Workspaces/\(workspace.sid)"
        common(workspace, sid: workflow.sid, url: "\(parent)/Workflows/\(workflow.sid)")
        text("friendly_name", workflow.friendlyName)
        text("configuration", workflow.configurationText)
        text("document_content_type", "application/json")
        number("task_reservation_timeout", workflow.reservationSeconds)
        text("assignment_callback_url", workflow.assignmentCallbackURL)
        null("fallback_assignment_callback_url")
        dates(workflow.createdAt, workflow.updatedAt)
        object("links") { $0.text("workspace", parent) }
    }

    mutating func members(of worker: Worker, in workspace: Workspace, base: String) {
        let parent = "\(base)/v1/Workspaces/\(workspace.sid)"
        let url = "\(parent)/Workers/\(worker.sid)"
        common(workspace, sid: worker.sid, url: url)
        text("friendly_name", worker.name)
        text("attributes", worker.attributesText)
        text("activity_sid", worker.activitySID)
        text("activity_name", workspace.activities[worker.activitySID]?.name)
        bool("available", workspace.activities[worker.activitySID]?.isAvailable == true)
        date("date_status_changed", worker.activitySince)
        dates(worker.createdAt, worker.updatedAt)
        object("links") { links in
            links.text("workspace", parent)
            links.text("activity", "\(parent)/Activities/\(worker.activitySID)")
            links.text("reservations", "\(url)/Reservations")
            links.text("channels", "\(url)/Channels")
            links.text("worker_channels", "\(url)/Channels")
        }
    }

    mutating func members(of channel: TaskChannel, worker: Worker, in workspace: Workspace, base: String) {
        let capacity = worker.capacity[channel.sid] ?? 0
        let free = worker.freeCapacity(on: channel.sid)
        // A worker's channel has a SID of its own: the same digits as the channel's and a prefix of its kind.
        let sid = "WC" + channel.sid.dropFirst(2)
        common(
            workspace, sid: sid,
            url: "\(base)/v1/Workspaces/\(workspace.sid)/Workers/\(worker.sid)/Channels/\(channel.sid)")
        text("worker_sid", worker.sid)
        text("task_channel_sid", channel.sid)
        text("task_channel_unique_name", channel.uniqueName)
        number("configured_capacity", capacity)
        number("assigned_tasks", worker.load[channel.sid] ?? 0)
        number("available_capacity_percentage", capacity == 0 ? 0 : free * 100 / capacity)
        bool("available", free > 0)
        dates(worker.createdAt, worker.updatedAt)
    }

    mutating func members(of task: RoutedTask, in workspace: Workspace, base: String, now: Timestamp) {
        let parent = "\(base)/v1/Workspaces/\(workspace.sid)"
        let url = "\(parent)/Tasks/\(task.sid)"
        let queue = task.queueSID.flatMap { workspace.queues[$0] }
        common(workspace, sid: task.sid, url: url)
        text("attributes", task.attributesText)
        text("addons", "{}")
        text("assignment_status", task.status.rawValue)
        number("age", Int(task.age(now)))
        number("priority", task.priority)
        text("reason", task.reason)
        number("timeout", task.timeoutSeconds)
        text("task_channel_sid", task.channelSID)
        text("task_channel_unique_name", workspace.channels[task.channelSID]?.uniqueName)
        text("task_queue_sid", queue?.sid)
        text("task_queue_friendly_name", queue?.friendlyName)
        date("task_queue_entered_date", task.queueEnteredAt)
        text("workflow_sid", task.workflowSID)
        text("workflow_friendly_name", task.workflowSID.flatMap { workspace.workflows[$0]?.friendlyName })
        date("virtual_start_time", task.virtualStartTime)
        bool("ignore_capacity", task.ignoresCapacity)
        text("routing_target", task.routingTarget)
        dates(task.createdAt, task.updatedAt)
        object("links") { links in
            links.text("workspace", parent)
            links.text("reservations", "\(url)/Reservations")
            if let queue { links.text("task_queue", "\(parent)/TaskQueues/\(queue.sid)") }
            if let flow = task.workflowSID { links.text("workflow", "\(parent)/Workflows/\(flow)") }
        }
    }

    mutating func members(of reservation: Reservation, in workspace: Workspace, base: String) {
        let parent = "\(base)/v1/Workspaces/\(workspace.sid)"
        let url = "\(parent)/Tasks/\(reservation.taskSID)/Reservations/\(reservation.sid)"
        common(workspace, sid: reservation.sid, url: url)
        text("task_sid", reservation.taskSID)
        text("worker_sid", reservation.workerSID)
        text("worker_name", reservation.workerName)
        text("reservation_status", reservation.status.rawValue)
        dates(reservation.createdAt, reservation.updatedAt)
        object("links") { links in
            links.text("workspace", parent)
            links.text("task", "\(parent)/Tasks/\(reservation.taskSID)")
            links.text("worker", "\(parent)/Workers/\(reservation.workerSID)")
        }
    }

    mutating func members(of event: TaskRouterEvent, in workspace: Workspace, base: String) {
        let parent = "\(base)/v1/Workspaces/\(workspace.sid)"
        common(workspace, sid: event.sid, url: "\(parent)/Events/\(event.sid)")
        text("actor_sid", workspace.accountSID)
        text("actor_type", "account")
        text("actor_url", parent)
        text("description", event.description)
        value("event_data", .object(event.data(workspaceSID: workspace.sid, workspaceName: workspace.friendlyName)))
        date("event_date", event.time)
        number("event_date_ms", Int(event.milliseconds))
        text("event_type", event.type)
        text("resource_sid", event.resourceSID)
        text("resource_type", event.resourceType)
        text("resource_url", parent)
        text("source", "twilio")
        text("source_ip_address", "127.0.0.1")
    }
}
