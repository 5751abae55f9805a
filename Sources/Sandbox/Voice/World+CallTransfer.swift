import Events

/// Calls that an agent hands to another one.
///
/// The caller stays with the first agent until the second has taken his task; then he changes over, and the first agent's
/// leg ends and his task is wrapped up. Nobody is left alone when the second declines, or does not answer.
extension World {
    /// How long the other agent has to take a call, in seconds.
    static let transferSeconds = 120

    /// Offers a call to another worker.
    ///
    /// - Parameters:
    ///   - reservationSID: Of the agent who has the caller.
    ///   - worker: Who is to have him.
    /// - Returns: The task by which it is offered.
    /// - Throws: ``TwilioProblem``: 404 for no reservation, 400 when there is no live call, a transfer is under way, or the
    ///   worker is not available.
    mutating func transferCall(of reservationSID: String, to worker: Worker) throws(TwilioProblem) -> String {
        let reservation = try taskRouter.workspace.checkedReservation(reservationSID)
        guard reservation.status == .accepted, let task = taskRouter.workspace.tasks[reservation.taskSID],
            let caller = caller(of: task.sid), caller.status == .inProgress, caller.taskSID == task.sid
        else { throw .illegalMove("reservation \(reservationSID)", from: reservation.status.rawValue, to: "transfer") }
        guard voice.transfers[caller.sid] == nil else { throw .invalid("Call \(caller.sid) is being transferred") }
        guard worker.sid != reservation.workerSID else { throw .invalid("Worker \(worker.sid) has this call") }
        guard taskRouter.workspace.activities[worker.activitySID]?.isAvailable == true else {
            throw .invalid("Worker \(worker.sid) is not available")
        }
        var attributes = task.attributes.object ?? JSONObject()
        attributes["transferred_from"] = .string(task.sid)
        attributes["transferred_to"] = .string(worker.sid)
        var request = TaskRequest()
        request.attributesText = JSONValue.object(attributes).description
        request.channel = task.channelSID
        request.workflowSID = task.workflowSID
        request.queueSID = task.queueSID
        request.routingTarget = worker.sid
        request.timeoutSeconds = Self.transferSeconds
        let complete = request
        let offered: RoutedTask
        do {
            offered = try taskRouter.workspace.create(complete, now: now)
        } catch {
            settleTaskRouter()
            throw error
        }
        voice.transfers[caller.sid] = offered.sid
        tellTransfer("initiated", of: task.sid)
        settleTaskRouter()
        return offered.sid
    }

    /// A transfer came to its end: the other agent took the call, or nobody did.
    mutating func transferEnded(of callSID: String, task: String, isTaken: Bool) {
        guard voice.transfers[callSID] == task else { return }
        voice.transfers[callSID] = nil
        guard let origin = taskRouter.workspace.tasks[task]?.attributes["transferred_from"]?.string else { return }
        tellTransfer(isTaken ? "completed" : "failed", of: origin)
        settleTaskRouter()
    }

    /// The other agent is not asked any longer; what follows the task's end tells of the transfer.
    mutating func withdrawTransfer(of callSID: String) {
        guard let task = voice.transfers[callSID],
            [.pending, .reserved].contains(taskRouter.workspace.tasks[task]?.status)
        else { return }
        taskRouter.workspace.cancel(task, reason: "Transfer failed", now: now)
        settleTaskRouter()
    }

    private mutating func tellTransfer(_ outcome: String, of task: String) {
        taskRouter.workspace.record(
            "task.transfer-\(outcome)", task: task, description: "Task \(task) transfer \(outcome)", now: now)
    }
}
