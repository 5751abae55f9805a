public import Events

extension TaskRouterService {
    private static let ofTask = root + "/Tasks/{task}/Reservations"
    private static let ofWorker = root + "/Workers/{worker}/Reservations"

    /// A task's reservations.
    ///
    /// - Parameters:
    ///   - task: Which.
    ///   - status: Only those in this state.
    ///   - worker: Only this worker's.
    /// - Returns: The pages.
    public func reservations(
        task: TaskSID, status: ReservationStatus? = nil, worker: WorkerSID? = nil
    ) -> Pages<TaskRouterReservation> {
        let query = Form.with {
            $0.add("ReservationStatus", status?.text)
            $0.add("WorkerSid", worker)
            $0.add("PageSize", Self.pageSize)
        }
        return client.pages(
            .get(.taskRouter, Self.ofTask, sid.text, task.text, query: query), key: "reservations")
    }

    /// A worker's reservations.
    ///
    /// - Parameters:
    ///   - worker: Whose.
    ///   - status: Only those in this state.
    /// - Returns: The pages.
    public func reservations(
        worker: WorkerSID, status: ReservationStatus? = nil
    ) -> Pages<TaskRouterReservation> {
        let query = Form.with {
            $0.add("ReservationStatus", status?.text)
            $0.add("PageSize", Self.pageSize)
        }
        return client.pages(
            .get(.taskRouter, Self.ofWorker, sid.text, worker.text, query: query), key: "reservations")
    }

    public func reservation(
        _ reservation: ReservationSID, task: TaskSID
    ) async throws(TwilioError) -> TaskRouterReservation {
        try await client.perform(
            .get(.taskRouter, Self.ofTask + "/{reservation}", sid.text, task.text, reservation.text))
    }

    /// Nil when there is no such reservation.
    public func findReservation(
        _ reservation: ReservationSID, task: TaskSID
    ) async throws(TwilioError) -> TaskRouterReservation? {
        try await client.find(
            .get(.taskRouter, Self.ofTask + "/{reservation}", sid.text, task.text, reservation.text))
    }

    /// Changes a reservation, such as accepting it.
    ///
    /// Not repeated after an unknown outcome: a second acceptance is refused. Read the reservation and decide.
    ///
    /// - Parameters:
    ///   - reservation: Which.
    ///   - task: Its task.
    ///   - update: What is to become of it; legal moves are those of ``ReservationStatus``.
    ///   - ifMatch: The version that is to be changed; another one is ``TwilioError/isPreconditionFailed``.
    /// - Returns: The reservation as it is now.
    /// - Throws: ``TwilioError``.
    public func updateReservation(
        _ reservation: ReservationSID, task: TaskSID, _ update: ReservationUpdate, ifMatch: String? = nil
    ) async throws(TwilioError) -> TaskRouterReservation {
        try await client.perform(
            .post(
                .taskRouter, Self.ofTask + "/{reservation}", sid.text, task.text, reservation.text,
                form: update.form, rule: .once
            ).matching(ifMatch))
    }

    /// Changes a reservation by its worker; see ``updateReservation(_:task:_:ifMatch:)``.
    public func updateReservation(
        _ reservation: ReservationSID, worker: WorkerSID, _ update: ReservationUpdate, ifMatch: String? = nil
    ) async throws(TwilioError) -> TaskRouterReservation {
        try await client.perform(
            .post(
                .taskRouter, Self.ofWorker + "/{reservation}", sid.text, worker.text, reservation.text,
                form: update.form, rule: .once
            ).matching(ifMatch))
    }
}
