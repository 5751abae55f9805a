internal import Events

extension Call {
    /// How a call ended, with what the provider said about it.
    func error(_ failure: CallMachine.Failure, _ response: TransportResponse?) -> TwilioError {
        let problem = response.map { self.problem($0) }
        switch failure {
        case .rejected: return .rejected(problem ?? empty)
        case .rateLimited(let delay): return .rateLimited(problem ?? empty, retryAfter: delay)
        case .serverFailed: return .serverFailed(problem ?? empty)
        case .outcomeUnknown(let reason): return .outcomeUnknown(reason: reason, problem: problem)
        case .other(let error): return error
        }
    }

    /// What an answer says went wrong; an HTML page, an empty body and a JSON of another shape say only their status.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - reads: False when the body is known not to be the provider's error document.
    /// - Returns: The problem.
    func problem(_ response: TransportResponse, reads: Bool = true) -> TwilioProblem {
        var problem = empty
        problem.status = response.status
        problem.requestID = response.headers[.requestID]
        guard reads, let fields = try? Fields(response) else { return problem }
        problem.code = fields.optionalInteger("code")
        problem.message = fields.optionalText("message")
        return problem
    }

    private var empty: TwilioProblem {
        TwilioProblem(status: 0, product: product, method: method.rawValue, route: route)
    }
}
