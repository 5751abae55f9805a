/// What the Gateway needs of the bus beside publishing: one question to a service, one answer.
protocol ServiceCaller: Sendable {
    /// Asks a service once; a call is never repeated.
    ///
    /// - Parameters:
    ///   - service: The name under which it is served.
    ///   - payload: JSON.
    ///   - within: For everything.
    /// - Returns: The service's answer, JSON.
    /// - Throws: ``CallFailure``.
    func call(_ service: String, _ payload: [UInt8], within: Duration) async throws(CallFailure) -> [UInt8]
}

/// Why a service did not answer.
enum CallFailure: Error, Hashable, Sendable {
    /// There is no connection to the Broker, or nobody serves this: it certainly did not run.
    case unavailable
    /// The answer did not come in time: it may have run.
    case timedOut(after: Duration)
    /// The service answered with an error; the code says which.
    case failed(code: String, isRetryable: Bool)

    var status: Int {
        switch self {
        case .unavailable, .timedOut: 503
        case .failed(_, let isRetryable): isRetryable ? 503 : 500
        }
    }

    var code: String {
        switch self {
        case .unavailable: "gateway.service_unavailable"
        case .timedOut: "gateway.service_timeout"
        case .failed(let code, _): code
        }
    }
}

extension CallFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .unavailable:
            "The service that answers this cannot be reached. Are the Broker and the service running?"
        case .timedOut(let limit):
            "The service did not answer within \(limit)."
        case .failed(let code, _):
            "The service could not answer (\(code)); its log says more."
        }
    }
}
