import Events
import TwilioREST

/// What a piece of work is to be made of.
struct OutgoingWorkRequest: Sendable {
    let record: PairRecord
    /// The agent by the common name.
    let agent: String
    let customer: OutgoingMove.Customer
}

/// Makes an agent's own conversation a piece of work on the Flex side.
protocol OutgoingWork: Sendable {
    /// The Flex conversation, where it has to be made together with its work; nil: it is made like any other.
    ///
    /// Found again by its unique name when it is repeated.
    func counterpart(
        _ post: ConversationPost, agent: String, customer: OutgoingMove.Customer, in project: any MessagingProject
    ) async throws -> (ProjectConversation, isAdopted: Bool)?
    /// Whether ``connect(_:_:)`` can reach a telephone; asked for only in the Chat dialect.
    var isConnecting: Bool { get }
    /// Has the channel's messages reach the customer's telephone, where the dialect needs that; may be repeated.
    func connect(_ record: PairRecord, _ binding: ProjectParticipant.Binding) async throws
    /// Takes back what ``connect(_:_:)`` has made, wholly or in part; may be repeated.
    func disconnect(_ record: PairRecord) async throws
    /// The work that was made before; nil: there is none.
    func find(_ wanted: OutgoingWorkRequest) async throws -> PairTask?
    /// Makes it; not to be repeated after an unknown outcome.
    func open(_ wanted: OutgoingWorkRequest) async throws -> PairTask
}
