/// What is done to one request.
struct RequestFault: Hashable, Sendable {
    enum Effect: Hashable, Sendable {
        case none
        /// Answered with this status; `isDone` tells whether the request takes effect first.
        case status(Int, retryAfter: Int?, isDone: Bool)
        /// Never answered.
        case timeout(isDone: Bool)
        /// Takes effect, then the connection is cut.
        case lostAnswer
        /// The account is down: the connection is cut, or answered with this status.
        case down(status: Int?)
    }

    var latency: Duration?
    var effect = Effect.none

    static let none = RequestFault()

    /// How the log calls it.
    var name: String? {
        switch effect {
        case .none:
            latency.map {
                "latency \($0.components.seconds * 1_000 + $0.components.attoseconds / 1_000_000_000_000_000) ms"
            }
        case .status(let status, _, let isDone): isDone ? "\(status) after the effect" : "\(status)"
        case .timeout(let isDone): isDone ? "timeout after the effect" : "timeout"
        case .lostAnswer: "lost_answer"
        case .down: "down"
        }
    }
}
