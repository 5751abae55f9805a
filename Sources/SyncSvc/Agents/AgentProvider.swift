import Events
import TwilioREST

/// What the desk of an agent needs of the two projects.
///
/// Writes are idempotent or tagged; each says which.
protocol AgentProvider: Sendable {
    /// The worker of a name on a side, nil when there is none. `known`: his SID, if it was found before.
    func worker(_ name: String, on side: Side, known: String?) async throws(TwilioError) -> AgentWorker?
    /// Accepted reservations and those in wrap-up.
    func openReservations(ofFlexWorker worker: String) async throws(TwilioError) -> Int
    /// How a reservation stands: nil while it waits for an answer.
    func outcome(_ prompt: Prompt) async throws(TwilioError) -> PromptOutcome?
    /// Idempotent: one that is accepted already stays so.
    /// - Returns: How it stands then.
    func accept(_ prompt: Prompt) async throws(TwilioError) -> PromptOutcome
    /// Idempotent, as ``accept(_:)``.
    func decline(_ prompt: Prompt) async throws(TwilioError) -> PromptOutcome
    /// Idempotent. Nil: there is no such activity, or no such worker.
    func setActivity(
        _ activity: String, of worker: String, on side: Side
    ) async throws(TwilioError) -> ActivityChanged?
    /// Idempotent: what the app shows beside the activity; without effect where there is no such user.
    func setAppAvailability(_ isAvailable: Bool, of agent: String) async throws(TwilioError)
    /// The agent's open system conversation with the agent in it, made if need be.
    ///
    /// Idempotent by its deterministic name; the sample's conversation is adopted.
    func systemConversation(
        of agent: String, known: AgentRecord.SystemConversation?
    ) async throws(TwilioError) -> AgentRecord.SystemConversation
    /// Where the message with this tag stands among the newest; nil: it was not written.
    func index(ofNotice tag: String, in conversation: String) async throws(TwilioError) -> Int?
    /// Writes a message; not idempotent: the caller has noted the tag before, and looks for it before repeating.
    /// - Returns: Its index.
    func post(_ text: String, tag: String, to agent: String, in conversation: String) async throws(TwilioError) -> Int
}

/// An activity that was set.
struct ActivityChanged: Hashable, Sendable {
    /// Whether the worker is available now.
    let isAvailable: Bool
    /// The second in which it changed, by the provider's clock.
    let second: Timestamp?
}

/// A worker as TaskRouter knows him.
struct AgentWorker: Hashable, Sendable {
    let sid: String
    let activity: String
    let isAvailable: Bool
}
