import Events

extension Workspace {
    /// Holds a task for a worker until he answers or the time is over.
    mutating func reserve(_ taskSID: String, for worker: Worker, now: Timestamp) {
        guard let task = tasks[taskSID] else { return }
        let seconds = task.workflowSID.flatMap { workflows[$0]?.reservationSeconds } ?? Workflow.reservationSeconds
        let reservation = Reservation(
            sid: sids.next("WR"), taskSID: taskSID, workerSID: worker.sid, workerName: worker.name,
            channelSID: task.channelSID, status: .pending, version: 0, expiresAt: now.advanced(by: .seconds(seconds)),
            createdAt: now, updatedAt: now)
        reservations[reservation.sid] = reservation
        deadlines.set(.reservation(reservation.sid), at: reservation.expiresAt)
        load(worker.sid, channel: task.channelSID, by: 1, now: now)
        change(taskSID, now: now) { task in
            task.status = .reserved
            task.reservations.append(reservation.sid)
        }
        tell(reservation, now: now)
    }

    func checkedReservation(_ sid: String) throws(TwilioProblem) -> Reservation {
        guard let reservation = reservations[sid] else { throw .notFound("/Reservations/\(sid)") }
        return reservation
    }

    /// Moves a reservation on a client's request.
    ///
    /// - Throws: ``TwilioProblem`` when there is none, or when the move is illegal from where it stands.
    mutating func update(reservation sid: String, to status: ReservationStatus, now: Timestamp) throws(TwilioProblem) {
        let reservation = try checkedReservation(sid)
        guard reservation.status.allows(status) else {
            throw .illegalMove("reservation \(sid)", from: reservation.status.rawValue, to: status.rawValue)
        }
        switch status {
        case .accepted: accept(reservation, now: now)
        case .rejected: decline(reservation, to: .rejected, now: now)
        case .timeout: decline(reservation, to: .timeout, now: now)
        case .canceled, .rescinded: withdraw(reservation, to: status, now: now)
        case .wrapping:
            set(reservation, .wrapping, now: now)
            wrapIfAllDo(reservation.taskSID, now: now)
        case .completed:
            set(reservation, .completed, now: now)
            completeIfAllHave(reservation.taskSID, now: now)
            offerWaiting(now: now)
        case .pending: break
        }
    }

    /// A worker takes the task; everybody else's reservation of it is rescinded.
    private mutating func accept(_ reservation: Reservation, now: Timestamp) {
        waiting.remove(reservation.taskSID)
        change(reservation.taskSID, now: now) { $0.status = .assigned }
        set(reservation, .accepted, now: now)
        for other in pending(of: reservation.taskSID) { set(other, .rescinded, now: now) }
        offerWaiting(now: now)
    }

    /// He does not want it, or did not answer: the task goes to somebody else, and not to him again for now.
    mutating func decline(_ reservation: Reservation, to status: ReservationStatus, now: Timestamp) {
        _ = tasks.update(reservation.taskSID) { $0.declinedBy.insert(reservation.workerSID) }
        if status == .timeout, let activity = activities[timeoutActivitySID], !activity.isAvailable {
            // Away before the task is offered again, so that nothing else finds him.
            set(reservation, status, now: now)
            releaseTask(reservation.taskSID, now: now)
            try? move(worker: reservation.workerSID, to: activity.sid, now: now)
        } else {
            set(reservation, status, now: now)
            releaseTask(reservation.taskSID, now: now)
        }
        offerWaiting(now: now)
    }

    private mutating func withdraw(_ reservation: Reservation, to status: ReservationStatus, now: Timestamp) {
        set(reservation, status, now: now)
        releaseTask(reservation.taskSID, now: now)
    }

    /// A task whose last reservation fell away waits again.
    private mutating func releaseTask(_ taskSID: String, now: Timestamp) {
        guard let task = tasks[taskSID], task.status == .reserved, pending(of: taskSID).isEmpty else { return }
        change(taskSID, now: now) { $0.status = .pending }
        waiting.insert(taskSID)
    }

    /// The reservations of a task that nobody answered yet.
    func pending(of taskSID: String) -> [Reservation] {
        tasks[taskSID]?.reservations.compactMap { reservations[$0] }.filter { $0.status == .pending } ?? []
    }

    /// The reservations of a task that somebody works on.
    func atWork(of taskSID: String) -> [Reservation] {
        tasks[taskSID]?.reservations.compactMap { reservations[$0] }
            .filter { $0.status == .accepted || $0.status == .wrapping } ?? []
    }

    private mutating func wrapIfAllDo(_ taskSID: String, now: Timestamp) {
        guard tasks[taskSID]?.status == .assigned, atWork(of: taskSID).allSatisfy({ $0.status == .wrapping }) else {
            return
        }
        change(taskSID, now: now) { $0.status = .wrapping }
        record("task.wrapup", task: taskSID, description: "Task \(taskSID) wrapping up", now: now)
    }

    private mutating func completeIfAllHave(_ taskSID: String, now: Timestamp) {
        guard let task = tasks[taskSID], task.status == .assigned || task.status == .wrapping,
            atWork(of: taskSID).isEmpty
        else { return }
        end(taskSID, as: .completed, reason: task.reason, now: now)
    }

    /// Sets a status that was found legal, frees the worker's capacity when it ends there, and tells.
    mutating func set(_ reservation: Reservation, _ status: ReservationStatus, now: Timestamp) {
        var moved = reservation
        moved.status = status
        moved.version += 1
        moved.updatedAt = now
        reservations[moved.sid] = moved
        if reservation.status.isOpen, !status.isOpen {
            load(moved.workerSID, channel: moved.channelSID, by: -1, now: now)
        }
        tell(moved, now: now)
    }

    private mutating func tell(_ reservation: Reservation, now: Timestamp) {
        let type = reservation.status.eventType
        record(
            type, task: reservation.taskSID, reservation: reservation,
            description: "Worker \(reservation.workerName) reservation \(reservation.sid) for task "
                + "\(reservation.taskSID) \(type.dropFirst("reservation.".count))", now: now)
    }
}
