import Events
import TwilioREST

/// What transfers and endings need of TaskRouter and of Flex's interactions.
protocol FlexWorkProvider: Sendable {
    /// All tasks of a conversation, the offered ones too.
    func tasks(of conversation: String) async throws(TwilioError) -> [FlexTask]
    /// The SID of a Flex worker; nil when there is none of this name.
    func worker(named name: String) async throws(TwilioError) -> String?
    /// Offers a task to another worker. Not idempotent: the caller notes it before, and looks for the task's tag before
    /// repeating.
    /// - Returns: The new task; nil where the provider makes it later.
    func offer(_ offer: TransferOffer, of task: FlexTask) async throws(TwilioError) -> String?
    /// Idempotent: what is over stays so.
    func cancel(_ task: FlexTask, reason: String) async throws(TwilioError)
    /// Ends a worker's part of a task; idempotent. The conversation goes on.
    func release(_ reservation: FlexReservation, of task: FlexTask) async throws(TwilioError)
    /// Carries out a step of ``CloseTasks``; idempotent.
    func carryOut(_ step: CloseTasks.Step) async throws(TwilioError)
    /// Closes the interaction's channel, and with it its tasks; idempotent.
    func closeInteraction(of task: FlexTask) async throws(TwilioError)
}
