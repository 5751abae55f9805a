/// What all copies of a client share, and the loop of attempts.
final class ClientCore: Sendable {
    let credentials: TwilioCredentials
    let configuration: TwilioConfiguration
    let gate: AccountGate
    private let transport: any TwilioTransport
    private let observer: (any TwilioObserver)?
    private let policy: RetryPolicy
    private let rates = RateGate()

    init(
        credentials: TwilioCredentials, configuration: TwilioConfiguration, transport: any TwilioTransport,
        observer: (any TwilioObserver)?
    ) {
        self.credentials = credentials
        self.configuration = configuration
        self.transport = transport
        self.observer = observer
        policy = RetryPolicy(configuration)
        gate = AccountGate(configuration) { [account = credentials.accountSID] state in
            observer?.circuitChanged(to: state, account: account)
        }
    }

    /// Does a call: attempts and pauses until it is done or given up.
    ///
    /// - Parameters:
    ///   - call: What to do.
    ///   - deadline: When it is to be over.
    /// - Returns: An answer with a status of 2xx, or of 404 when an earlier attempt did a deletion.
    /// - Throws: ``TwilioError``.
    func perform(_ call: Call, deadline: ContinuousClock.Instant) async throws(TwilioError) -> TransportResponse {
        let request = call.request(
            endpoints: configuration.endpoints, authorization: credentials.authorization,
            maxResponseBytes: configuration.maxResponseBytes)
        var machine = CallMachine(
            rule: call.rule, isDeletion: call.method == .delete, policy: policy, deadline: deadline)
        while true {
            let (outcome, response) = await attempt(
                request, of: call, number: machine.attempt + 1, deadline: deadline)
            switch machine.next(outcome, random: .random(in: 0..<1), now: .now) {
            case .succeed: return response ?? TransportResponse(status: 204)
            case .deleted: return TransportResponse(status: 204)
            case .fail(let failure): throw call.error(failure, response)
            case .pause(let pause):
                guard (try? await Task.sleep(for: pause, clock: .continuous)) != nil else {
                    throw call.error(machine.cancelled, response)
                }
            }
        }
    }

    private func attempt(
        _ request: TransportRequest, of call: Call, number: Int, deadline: ContinuousClock.Instant
    ) async -> (AttemptOutcome, TransportResponse?) {
        if let rate = call.rate {
            let now = ContinuousClock.now
            guard let wait = rates.take(rate, now: now, patience: deadline - now) else {
                return (.notAdmitted(.timedOut), nil)
            }
            if wait > .zero, (try? await Task.sleep(for: wait, clock: .continuous)) == nil {
                return (.notAdmitted(.cancelled), nil)
            }
        }
        let permit: AccountMachine.Permit
        do {
            permit = try await gate.permit(until: deadline)
        } catch {
            return (.notAdmitted(error), nil)
        }
        let start = ContinuousClock.now
        let time = min(configuration.attemptTimeout, deadline - start)
        guard time > .zero else {
            gate.end(permit, .nothing, .unknown)
            return (.notAdmitted(.timedOut), nil)
        }
        do throws(TransportFailure) {
            let response = try await transport.send(request, within: time)
            let feedback: AdaptiveConcurrency.Feedback = response.status == 429 ? .tooMany : .fits
            gate.end(permit, feedback, response.status >= 500 ? .failed : .answered)
            observer?.attempted(report(call, number, since: start, response: response, failure: nil))
            return (.answered(status: response.status, retryAfter: response.retryAfter), response)
        } catch {
            gate.end(permit, .nothing, verdict(on: error, within: time))
            observer?.attempted(report(call, number, since: start, response: nil, failure: error))
            return (.failed(error), nil)
        }
    }

    /// What a failure says about the account.
    private func verdict(on failure: TransportFailure, within time: Duration) -> CircuitBreaker.Verdict {
        switch failure.kind {
        case .connect, .connectionLost, .malformed: .failed
        // Whoever gave it little time learns little: a hurried caller must not switch the account off for the others.
        case .deadline: time * 2 >= configuration.attemptTimeout ? .failed : .unknown
        case .tooLarge: .answered
        case .cancelled, .invalid: .unknown
        }
    }

    private func report(
        _ call: Call, _ number: Int, since start: ContinuousClock.Instant, response: TransportResponse?,
        failure: TransportFailure?
    ) -> TwilioAttempt {
        TwilioAttempt(
            account: credentials.accountSID, product: call.product, method: call.method, route: call.route,
            attempt: number, status: response?.status, failure: failure?.reason, duration: ContinuousClock.now - start,
            requestID: response?.headers[.requestID], requestDuration: response?.requestDuration,
            concurrentRequests: response?.headers[.concurrentRequests].flatMap { Int($0) })
    }
}
