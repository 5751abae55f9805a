import Crypto
import Events
import HTTPTypes
import Hosting
import Hummingbird
import NIOCore
import Twilio

/// Answers flows about contacts and cases: checks who signed, asks `crm.api`, and is done before the flow gives up.
///
/// A lookup that the CRM does not answer in time is `200 {"unavailable": true}`: the flow goes on as with an unknown caller. A
/// case is 503 then; the flow may ask again, since the same key is the same case.
struct StudioHandler: Sendable {
    /// How long the same values without a key are the same case.
    static let window: UInt64 = 3_600
    /// Where a key may stand, the surest first, after the header `Idempotency-Key`.
    static let keys = ["ExecutionSid", "executionSid", "CallSid", "callSid"]
    static let unavailable: JSONValue = ["unavailable": true]

    private let signed: SignedForm
    private let timeout: Duration
    private let retryAfterSeconds: Int
    private let caller: any ServiceCaller
    private let registry: MetricsRegistry
    private let now: @Sendable () -> Timestamp

    init(
        settings: GatewaySettings, caller: any ServiceCaller, registry: MetricsRegistry,
        now: @escaping @Sendable () -> Timestamp
    ) {
        signed = SignedForm(settings: settings, projects: settings.studio.projects)
        timeout = settings.studio.timeout
        retryAfterSeconds = settings.limits.retryAfterSeconds
        self.caller = caller
        self.registry = registry
        self.now = now
    }

    func answer(_ request: Request, _ route: StudioRoute, target: String) async -> Response {
        guard request.method == route.method else { return Problem.methodNotAllowed(route.method.rawValue).response }
        do throws(Problem) {
            let (project, form) =
                route.method == .get
                ? try signed.readQuery(request, target: target)
                : try await signed.read(request, target: target, encodings: [.form, .json])
            let body = route.isLookup ? try Self.lookup(form) : creation(form, request)
            return try await ask(body, route, project)
        } catch {
            count(route, error.code)
            return error.response
        }
    }

    private func ask(_ body: JSONValue, _ route: StudioRoute, _ project: String) async throws(Problem) -> Response {
        let actor: JSONValue = ["sub": .string("studio:\(project)"), "name": "", "role": "service"]
        let call = ApiCall(
            method: "POST", path: route.servicePath, query: JSONObject(), ifMatch: nil, ifNoneMatch: nil,
            contentType: "application/json", body: ByteBuffer(bytes: body.bytes), actor: actor)
        let answer: ApiAnswer
        do throws(CallFailure) {
            guard let read = ApiAnswer(try await caller.call(ApiService.crm.rawValue, call.payload, within: timeout))
            else { throw .failed(code: "gateway.answer_malformed", isRetryable: false) }
            answer = read
        } catch {
            guard route.isLookup, error.status == 503 else {
                throw Problem(error, of: .crm, retryAfterSeconds: retryAfterSeconds)
            }
            count(route, "unavailable")
            return ApiHandler.json(Self.unavailable)
        }
        count(route, "\(answer.status)")
        var response = answer.response
        // The samples know success by 200 alone.
        if StudioRoute.samples.contains(route), answer.status == 201 { response.status = .ok }
        if answer.status == 503 { response.headers[.retryAfter] = String(retryAfterSeconds) }
        return response
    }

    private static func lookup(_ form: FormParameters) throws(Problem) -> JSONValue {
        var phone = form.first("phoneNum") ?? form.first("phone") ?? ""
        // A plus that nobody encoded arrives as a space.
        if phone.hasPrefix(" ") { phone = "+" + phone.drop { $0 == " " } }
        guard (1...64).contains(phone.utf8.count) else {
            throw Problem(
                status: 400, code: "gateway.parameter_missing", detail: "'phoneNum' is needed: the caller's number.")
        }
        return ["phone": .string(phone)]
    }

    private func creation(_ form: FormParameters, _ request: Request) -> JSONValue {
        var values = JSONObject()
        for (name, value) in form.pairs where values[name] == nil { values[name] = .string(value) }
        return ["key": .string(key(values, request)), "values": .object(values)]
    }

    /// What makes a repeat the same case: the flow's own key, its execution or call with the title, the delivery's key,
    /// or, without any of these, the same values within an hour.
    private func key(_ values: JSONObject, _ request: Request) -> String {
        let title = values["title"]?.string ?? ""
        func clean(_ text: String?) -> String? { text.flatMap { (8...128).contains($0.utf8.count) ? $0 : nil } }
        if let own = clean(request.headers[.idempotencyKey]) { return "own:" + own }
        for name in Self.keys {
            if let sid = clean(values[name]?.string) { return Self.digest("sid", sid, title) }
        }
        if let delivery = clean(request.headers[.twilioIdempotencyToken]) { return "delivery:" + delivery }
        let window = now().unixNanoseconds / 1_000_000_000 / Self.window
        return Self.digest("values", "\(window)", JSONValue.object(values).description)
    }

    private static func digest(_ parts: String...) -> String {
        var hash = SHA256()
        for part in parts {
            hash.update(data: Array(part.utf8))
            hash.update(data: [0xFF])
        }
        return (parts.first ?? "") + ":" + hash.finalize().map { String($0, radix: 16) }.joined(separator: ".")
    }

    private func count(_ route: StudioRoute, _ outcome: String) {
        registry.counter(
            "gateway.studio.requests", help: "Flows' questions about contacts and cases by what became of them.",
            labels: ["path": route.rawValue, "outcome": outcome]
        ).add()
    }
}
