import Synchronization

@testable import TwilioREST

/// Answers requests from a script, one after the other, and remembers them.
final class ScriptedTransport: TwilioTransport {
    typealias Answer = Result<TransportResponse, TransportFailure>

    private let state: Mutex<(answers: [Answer], requests: [TransportRequest])>

    init(_ answers: Answer...) {
        state = Mutex((answers, []))
    }

    /// What was asked.
    var requests: [TransportRequest] { state.withLock { $0.requests } }

    func add(_ answer: Answer) { state.withLock { $0.answers.append(answer) } }

    func send(
        _ request: TransportRequest, within timeout: Duration
    ) async throws(TransportFailure) -> TransportResponse {
        let answer = state.withLock { state -> Answer? in
            state.requests.append(request)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        guard let answer else { throw TransportFailure(.invalid, wasSent: false, reason: "the script is over") }
        return try answer.get()
    }
}

extension Result where Success == TransportResponse, Failure == TransportFailure {
    /// An answer with a JSON body.
    static func json(
        _ status: Int, _ body: String = "{}", _ headers: [ResponseHeader: String] = [:]
    ) -> Result {
        .success(TransportResponse(status: status, headers: headers, body: Array(body.utf8)))
    }

    static func failed(_ kind: TransportFailure.Kind, wasSent: Bool) -> Result {
        .failure(TransportFailure(kind, wasSent: wasSent, reason: "scripted"))
    }
}
