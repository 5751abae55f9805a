import Events
import HTTPTypes
import Hosting
import Hummingbird
import NIOCore
import Twilio

/// Answers the mobile app's callbacks: checks the signature, asks the service, and hands its JSON out.
///
/// Statuses: 403 for a signature that does not fit, 422 for a `Location` that nobody knows, 503 while the service is
/// away or slow, else what the service says. The bodies of errors are problem documents; the app shows an empty list.
struct CallbackHandler: Sendable {
    private let signed: SignedForm
    private let limits: GatewayLimits
    private let timeout: Duration
    private let caller: any ServiceCaller
    private let registry: MetricsRegistry

    init(settings: GatewaySettings, caller: any ServiceCaller, registry: MetricsRegistry) {
        signed = SignedForm(settings: settings, projects: settings.callbacks.projects)
        limits = settings.limits
        timeout = settings.callbacks.timeout
        self.caller = caller
        self.registry = registry
    }

    func answer(_ request: Request, _ callback: FrontlineCallback, target: String) async -> Response {
        guard request.method == .post else { return Problem.methodNotAllowed("POST").response }
        let start = ContinuousClock.now
        do throws(Problem) {
            let (project, form) = try await signed.read(request, target: target, encodings: [.form])
            let payload = try Self.payload(callback, project: project, form: form)
            let bytes: [UInt8]
            do throws(CallFailure) {
                bytes = try await caller.call(callback.service, payload, within: timeout)
            } catch {
                throw Problem(error, retryAfterSeconds: limits.retryAfterSeconds)
            }
            guard let answer = CallbackAnswer(bytes) else {
                throw Problem(.failed(code: "gateway.answer_malformed", isRetryable: false), retryAfterSeconds: 0)
            }
            count(callback, "answered")
            registry.histogram(
                "gateway.callback.duration", help: "From the whole head read to the service's answer.",
                labels: ["path": callback.rawValue]
            ).observe(ContinuousClock.now - start)
            return Self.json(answer)
        } catch {
            count(callback, error.code)
            return error.response
        }
    }

    private static func payload(
        _ callback: FrontlineCallback, project: String, form: FormParameters
    ) throws(Problem) -> [UInt8] {
        let location = form.first("Location") ?? ""
        guard callback.locations.isEmpty || callback.locations.contains(location) else {
            throw Problem(
                status: 422, code: "gateway.location_unknown",
                detail: "\(callback.rawValue) takes the Location \(callback.locations.joined(separator: ", ")).")
        }
        if let missing = callback.required(location).first(where: { form.first($0)?.isEmpty ?? true }) {
            throw Problem(
                status: 422, code: "gateway.parameter_missing",
                detail: "\(location.isEmpty ? callback.rawValue : location) needs the parameter \(missing).")
        }
        return FrontlineCallback.payload(project: project, form: form)
    }

    private func count(_ callback: FrontlineCallback, _ outcome: String) {
        registry.counter(
            "gateway.callbacks", help: "The mobile app's callbacks by what became of them.",
            labels: ["path": callback.rawValue, "outcome": outcome]
        ).add()
    }

    private static func json(_ answer: CallbackAnswer) -> Response {
        Response(
            status: HTTPResponse.Status(code: answer.status),
            headers: [
                .contentType: "application/json", .contentLength: String(answer.body.count), .cacheControl: "no-store",
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}

extension Problem {
    init(_ failure: CallFailure, retryAfterSeconds: Int) {
        self.init(status: failure.status, code: failure.code, detail: failure.description)
        if failure.status == 503 { self.retryAfterSeconds = retryAfterSeconds }
    }

    /// The same, naming who should have answered.
    init(_ failure: CallFailure, of service: ApiService, retryAfterSeconds: Int) {
        let detail =
            switch failure {
            case .unavailable:
                "Nobody serves \(service.rawValue), or the Broker cannot be reached. Are patchbay-broker and "
                    + "\(service.process) running?"
            case .timedOut(let limit): "\(service.rawValue) (\(service.process)) did not answer within \(limit)."
            case .failed(let code, _):
                "\(service.rawValue) could not answer (\(code)); the log of \(service.process) says more."
            }
        self.init(status: failure.status, code: failure.code, detail: detail)
        if failure.status == 503 { self.retryAfterSeconds = retryAfterSeconds }
    }

    init(_ failure: RequestBody.Failure) {
        switch failure {
        case .tooLarge(let limit): self.init(.bodyTooLarge(limitBytes: limit), retryAfterSeconds: 0)
        case .incomplete: self.init(.bodyIncomplete, retryAfterSeconds: 0)
        }
    }
}

extension Problem: Error {}
