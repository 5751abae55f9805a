import TwilioREST

/// What an agent is told about a conversation that he began in the app.
enum OutgoingNotice: String, CaseIterable, Hashable, Sendable {
    /// The customer writes with the desk already, from the same telephone: he cannot be in two of its conversations.
    case customerElsewhere
    /// The desk does not take the customer for another reason.
    case customerRefused
    /// A message that was written before could not be copied.
    case messageLeft

    /// The provider's code for a pair of numbers that is in another open conversation.
    static let bindingTaken = 50_416

    /// What a refusal to take the customer means.
    init(_ problem: TwilioProblem) {
        self = problem.code == Self.bindingTaken ? .customerElsewhere : .customerRefused
    }
}
