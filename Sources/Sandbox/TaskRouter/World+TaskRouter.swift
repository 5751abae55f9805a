import Events

extension World {
    /// Changes the workspace and carries out what follows: stream, event callback, assignment, Flex, Voice, timer.
    mutating func routing<Result>(
        _ body: (inout Workspace, Timestamp) throws(TwilioProblem) -> Result
    ) throws(TwilioProblem) -> Result {
        let time = now
        defer { settleTaskRouter() }
        return try body(&taskRouter.workspace, time)
    }

    /// Carries out what the workspace has in its outbox until nothing more follows.
    mutating func settleTaskRouter() {
        while true {
            let events = taskRouter.workspace.takeEvents()
            if events.isEmpty { break }
            for event in events { follow(event) }
        }
        armTaskRouter()
    }

    private mutating func follow(_ event: TaskRouterEvent) {
        let workspace = taskRouter.workspace
        show(event)
        if workspace.posts(event.type) {
            send(
                Webhook(
                    url: workspace.eventCallbackURL, event: event.type,
                    parameters: event.parameters(
                        accountSID: workspace.accountSID, workspaceSID: workspace.sid,
                        workspaceName: workspace.friendlyName
                    ).map { (name: $0.0, value: $0.1) }, policy: .standard))
        }
        if event.type == "reservation.created" { assign(event) }
        flexFollows(event)
        voiceFollows(event)
    }

    /// Shows an event with the resources that it is about, each whole.
    private mutating func show(_ event: TaskRouterEvent) {
        let action = Change.Action(event)
        let workspace = taskRouter.workspace
        if let task = event["TaskSid"].flatMap({ workspace.tasks[$0] }) {
            let channel = event["TaskChannelUniqueName"]
            record(.task, action) { $0.shown(task, channel: channel) }
        } else if action == .removed, event.resourceType == "task" {
            record(.task, action) { $0.text("sid", event.resourceSID) }
        }
        if let reservation = event["ReservationSid"].flatMap({ workspace.reservations[$0] }) {
            record(.reservation, action) { $0.shown(reservation) }
        }
        if let worker = event["WorkerSid"].flatMap({ workspace.workers[$0] }) {
            let activity = workspace.activities[worker.activitySID]
            record(.worker, action) { $0.shown(worker, activity) }
        }
    }

    /// Sets the timer for the workspace's next deadline, when none fires before it.
    private mutating func armTaskRouter() {
        guard let next = taskRouter.workspace.nextDeadline else { return }
        if let armed = taskRouter.armedUntil, armed <= next { return }
        taskRouter.armedUntil = next
        after(next > now ? next.elapsed(since: now) : .zero) { world in
            // An earlier deadline has set a timer of its own since.
            guard world.taskRouter.armedUntil == next else { return }
            world.taskRouter.armedUntil = nil
            world.taskRouter.workspace.advance(to: world.now)
            world.settleTaskRouter()
        }
    }

    /// Asks the workflow's assignment callback what the worker is to do with the reservation.
    private mutating func assign(_ event: TaskRouterEvent) {
        let workspace = taskRouter.workspace
        guard let reservation = event["ReservationSid"], let flow = event["WorkflowSid"],
            let url = workspace.workflows[flow]?.assignmentCallbackURL, !url.isEmpty
        else { return }
        let names = [
            "ReservationSid", "TaskSid", "TaskAttributes", "TaskAge", "TaskPriority", "TaskQueueSid", "WorkflowSid",
            "WorkerSid", "WorkerName", "WorkerAttributes",
        ]
        let parameters =
            [(name: "AccountSid", value: workspace.accountSID), (name: "WorkspaceSid", value: workspace.sid)]
            + names.compactMap { name in event[name].map { (name: name, value: $0) } }
        send(
            Webhook(url: url, event: "assignment", parameters: parameters, policy: .assignment) { world, answer in
                guard let answer, let document = try? JSONValue(parsing: answer.body),
                    let instruction = document["instruction"]?.string
                else { return }
                guard let details = try? ConferenceInstruction(document) else { return }
                _ = try? world.instruct(reservation: reservation, instruction, details)
            })
    }

    /// Carries out an instruction for a reservation.
    ///
    /// `accept`, `conference`, `call`, `dequeue` and `redirect` take it; the last four are about a call that waits and
    /// ring the worker. `reject` declines it. Agent and customer meet as `details` say for `conference`, and as at the
    /// desk for `call` and `dequeue`.
    mutating func instruct(
        reservation: String, _ instruction: String, _ details: ConferenceInstruction
    ) throws(TwilioProblem) {
        switch instruction {
        case "accept", "redirect":
            try routing { (workspace, now) throws(TwilioProblem) in
                try workspace.update(reservation: reservation, to: .accepted, now: now)
            }
        case "conference": try ringWorker(of: reservation, details)
        case "call", "dequeue":
            var desk = ConferenceInstruction.desk
            (desk.to, desk.from, desk.callback) = (details.to, details.from, details.callback)
            try ringWorker(of: reservation, desk)
        case "reject":
            try routing { (workspace, now) throws(TwilioProblem) in
                try workspace.update(reservation: reservation, to: .rejected, now: now)
            }
        default: throw .invalid("Instruction '\(instruction)' is none")
        }
    }
}

extension Change.Action {
    /// What an event of TaskRouter does to the resource that it is about.
    init(_ event: TaskRouterEvent) {
        switch event.type.split(separator: ".").last {
        case "created": self = .added
        case "deleted", "system-deleted": self = .removed
        default: self = .updated
        }
    }
}

extension RoutedTask {
    /// The conversation that it is about: Flex Conversations' attribute, else that of Programmable Chat.
    var conversationSID: String? {
        attributes["conversationSid"]?.string ?? attributes["channelSid"]?.string
    }
}

extension Timestamp {
    /// How long after another moment, which is not later.
    func elapsed(since start: Timestamp) -> Duration {
        .nanoseconds(self < start ? 0 : Int64(clamping: unixNanoseconds - start.unixNanoseconds))
    }
}
