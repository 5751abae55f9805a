import Events
import TwilioREST

/// Makes an agent's own conversation a piece of work in TaskRouter.
protocol OutgoingWork: Sendable {
    /// Makes it, or finds what was made before; what is known about it goes into ``PairRecord/task``.
    func open(
        _ record: PairRecord, agent: String, customer: ProjectParticipant, _ services: PumpServices
    ) async throws -> PairTask
}
