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
    /// One project whose token signs callbacks.
    private struct Signer {
        let project: String
        let accountSID: String
        let signature: WebhookSignature
    }

    private let signers: [Signer]
    private let publicURL: SignedURL?
    private let limits: GatewayLimits
    private let timeout: Duration
    private let caller: any ServiceCaller
    private let registry: MetricsRegistry

    init(settings: GatewaySettings, caller: any ServiceCaller, registry: MetricsRegistry) {
        signers = settings.projects
            .filter { settings.callbacks.projects?.contains($0.name) ?? true }
            .map {
                Signer(
                    project: $0.name, accountSID: $0.accountSID,
                    signature: WebhookSignature(tokens: $0.authTokens.map { Array($0.reveal().utf8) }))
            }
        publicURL = settings.publicURL
        limits = settings.limits
        timeout = settings.callbacks.timeout
        self.caller = caller
        self.registry = registry
    }

    func answer(_ request: Request, _ callback: FrontlineCallback, target: String) async -> Response {
        guard request.method == .post else { return Problem.methodNotAllowed("POST").response }
        let start = ContinuousClock.now
        do throws(Problem) {
            let (project, form) = try await check(request, target: target)
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

    /// The project that signed, and the parameters; nothing counts before the signature is right.
    private func check(
        _ request: Request, target: String
    ) async throws(Problem) -> (project: String, form: FormParameters) {
        guard WebhookEncoding(contentType: request.headers[.contentType]) == .form else {
            throw Problem(.contentTypeUnsupported, retryAfterSeconds: 0)
        }
        let header = request.headers[.twilioSignature]
        guard header != nil else { throw Problem(.signatureMissing, retryAfterSeconds: 0) }
        let body: ByteBuffer
        do throws(RequestBody.Failure) {
            body = try await RequestBody.read(request, limit: limits.form.maxBodyBytes)
        } catch {
            throw Problem(error)
        }
        let form: FormParameters
        do throws(FormError) {
            form = try FormParameters(decoding: body.readableBytesView, limits: limits.form)
        } catch {
            throw Problem(.form(error), retryAfterSeconds: 0)
        }
        // Callbacks need not name their account; when they do, it must be the one that signed.
        let account = form.first("AccountSid")
        let signer = signers.first { signer in
            (account == nil || account == signer.accountSID)
                && verifies(header, target, form, signer)
        }
        guard let signer else { throw Problem(.signatureInvalid, retryAfterSeconds: 0) }
        return (signer.project, form)
    }

    private func verifies(_ header: String?, _ target: String, _ form: FormParameters, _ signer: Signer) -> Bool {
        guard let publicURL else { return false }
        var target = target
        return target.withUTF8 {
            signer.signature.verifies(header, url: publicURL, target: UnsafeRawBufferPointer($0), form: form)
        }
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

    init(_ failure: RequestBody.Failure) {
        switch failure {
        case .tooLarge(let limit): self.init(.bodyTooLarge(limitBytes: limit), retryAfterSeconds: 0)
        case .incomplete: self.init(.bodyIncomplete, retryAfterSeconds: 0)
        }
    }
}

extension Problem: Error {}
