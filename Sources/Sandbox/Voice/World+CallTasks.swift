import Events

/// Calls that wait for an agent, and agents who take them.
extension World {
    /// Puts a caller into a workflow: a task of the voice channel.
    mutating func enqueue(_ sid: String, workflow: String?, attributes: JSONValue) {
        guard let call = voice.calls[sid] else { return }
        var object = attributes.object ?? JSONObject()
        let more: [(String, JSONValue)] = [
            ("call_sid", .string(sid)), ("account_sid", .string(project.accountSID)), ("from", .string(call.from)),
            ("to", .string(call.to)), ("caller", .string(call.from)), ("called", .string(call.to)),
            ("name", .string(call.from)), ("direction", "inbound"), ("channelType", "voice"),
        ]
        for (name, value) in more where object[name] == nil { object[name] = value }
        var request = TaskRequest()
        request.attributesText = JSONValue.object(object).description
        request.channel = "voice"
        request.workflowSID = workflow
        let complete = request
        let time = now
        let task = try? taskRouter.workspace.create(complete, now: time)
        _ = voice.calls.update(sid) { call in
            call.taskSID = task?.sid
            call.begin(task.map { .queue(taskSID: $0.sid) } ?? .nothing)
            if task != nil { call.prompt = "♪" }
        }
        show(call: sid)
        settleTaskRouter()
        if task == nil { play(sid) }
    }

    /// Whether a reservation is about a call.
    func isCall(_ reservation: Reservation) -> Bool {
        caller(of: reservation.taskSID) != nil
    }

    /// The leg of a task that its customer is on.
    func caller(of taskSID: String) -> Call? {
        taskRouter.workspace.tasks[taskSID]?.attributes["call_sid"]?.string.flatMap { voice.calls[$0] }
    }

    /// Rings the worker of a reservation; he has it, and the caller, once he answers.
    ///
    /// - Parameters:
    ///   - reservationSID: A pending reservation of a task with a live call.
    ///   - instruction: Whom to ring, and how both meet.
    /// - Returns: The worker's leg.
    /// - Throws: ``TwilioProblem`` when the reservation is not pending, its caller is gone, or somebody is rung already.
    @discardableResult
    mutating func ringWorker(
        of reservationSID: String, _ instruction: ConferenceInstruction
    ) throws(TwilioProblem) -> String {
        let reservation = try taskRouter.workspace.checkedReservation(reservationSID)
        guard reservation.status == .pending, let worker = taskRouter.workspace.workers[reservation.workerSID] else {
            throw .illegalMove(
                "reservation \(reservationSID)", from: reservation.status.rawValue, to: "accepted")
        }
        guard let caller = caller(of: reservation.taskSID) else {
            throw .invalid("Task \(reservation.taskSID) has no live call")
        }
        guard voice.calls.first(where: { $0.reservationSID == reservationSID && !$0.status.hasEnded }) == nil else {
            throw .invalid("Reservation \(reservationSID) rings its worker already")
        }
        return place(
            CallDraft(
                from: instruction.from ?? caller.from, to: instruction.to ?? worker.address,
                callback: instruction.callback, timeoutSeconds: instruction.timeoutSeconds, script: [.hangup],
                reservationSID: reservationSID, taskSID: reservation.taskSID, instruction: instruction))
    }

    /// A reservation was accepted over REST, as the mobile app has it done: the worker's client takes the call up.
    ///
    /// The provider leaves the caller waiting then, until somebody says `conference`, `call` or `dequeue`; its own desk
    /// does. Here whoever accepts is at his client.
    mutating func connectAccepted(_ reservationSID: String) {
        guard let reservation = taskRouter.workspace.reservations[reservationSID], reservation.status == .accepted,
            let worker = taskRouter.workspace.workers[reservation.workerSID],
            let caller = caller(of: reservation.taskSID), caller.status == .inProgress
        else { return }
        let leg = place(
            CallDraft(
                from: caller.from, to: "client:\(worker.identity)", script: [.hangup], reservationSID: reservationSID,
                taskSID: reservation.taskSID))
        advance(leg, to: .inProgress)
    }

    /// The worker takes the telephone up: the reservation is his, both meet in a conference named by the task.
    ///
    /// A caller who is with another worker, who handed him on, leaves that conference for this one.
    mutating func workerAnswered(_ sid: String) {
        guard let reservationSID = voice.calls[sid]?.reservationSID,
            let reservation = taskRouter.workspace.reservations[reservationSID],
            let caller = caller(of: reservation.taskSID), caller.status == .inProgress,
            reservation.status == .accepted
                || (try? routing { (workspace, now) throws(TwilioProblem) in
                    try workspace.update(reservation: reservationSID, to: .accepted, now: now)
                }) != nil
        else {
            _ = voice.calls.update(sid) { $0.script = [] }
            return
        }
        let instruction = voice.calls[sid]?.instruction ?? .desk
        let dial = TwiMLVerb.Dial(conference: instruction.entry(task: reservation.taskSID, isAgent: true))
        _ = voice.calls.update(sid) { call in
            call.script = [.dial(dial)]
            call.begin(.nothing)
        }
        let customer = TwiMLVerb.Dial(conference: instruction.entry(task: reservation.taskSID, isAgent: false))
        _ = voice.calls.update(caller.sid) { call in
            call.script = [.dial(customer)]
            call.begin(.nothing)
            call.taskSID = reservation.taskSID
            call.prompt = nil
        }
        leaveConference(caller.sid)
        transferEnded(of: caller.sid, task: reservation.taskSID, isTaken: true)
        play(caller.sid)
        tellConference(of: reservation.taskSID, worker: sid, customer: caller.sid)
    }

    /// The task says where its call is: `conference.sid` and the legs, as TaskRouter adds them to the attributes.
    private mutating func tellConference(of task: String, worker: String, customer: String) {
        guard let room = voice.calls[customer]?.conferenceSID,
            var attributes = taskRouter.workspace.tasks[task]?.attributes.object
        else { return }
        attributes["conference"] = [
            "sid": .string(room), "participants": ["worker": .string(worker), "customer": .string(customer)],
        ]
        let text = JSONValue.object(attributes).description
        _ = try? routing { (workspace, now) throws(TwilioProblem) in
            try workspace.update(task: task, attributesText: text, now: now)
        }
    }

    /// A leg ended: the worker's task goes to wrap-up, an unanswered ring gives the reservation back.
    mutating func callTaskFollows(_ call: Call) {
        if let reservation = call.reservationSID, call.answeredAt == nil {
            let next: ReservationStatus = call.status == .busy ? .rejected : .timeout
            _ = try? routing { (workspace, now) throws(TwilioProblem) in
                try workspace.update(reservation: reservation, to: next, now: now)
            }
        } else if let task = call.taskSID {
            withdrawTransfer(of: call.sid)
            endTask(task, completes: false, reason: "hangup")
        }
    }

    /// TaskRouter's events about calls: whoever is done with one, or loses one, hangs up.
    mutating func voiceFollows(_ event: TaskRouterEvent) {
        guard let task = event["TaskSid"] else { return }
        switch event.type {
        case "reservation.wrapup", "reservation.completed":
            let reservation = event["ReservationSid"]
            for call in voice.calls.all where call.reservationSID == reservation && !call.status.hasEnded {
                hangUp(call.sid)
            }
        case "reservation.canceled", "reservation.timeout", "reservation.rejected", "reservation.rescinded":
            let reservation = event["ReservationSid"]
            for call in voice.calls.all where call.reservationSID == reservation && call.answeredAt == nil {
                hangUp(call.sid)
            }
            if let caller = caller(of: task), voice.transfers[caller.sid] == task { withdrawTransfer(of: caller.sid) }
        case "task.canceled":
            if let caller = caller(of: task) { transferEnded(of: caller.sid, task: task, isTaken: false) }
            guard let caller = caller(of: task), case .queue = caller.wait else { return }
            _ = voice.calls.update(caller.sid) { $0.begin(.nothing) }
            play(caller.sid)
        default: break
        }
    }
}
