import Directory
import Events
import HTTPTypes
import Hosting
import Hummingbird
import NIOCore
import Synchronization
import Twilio

/// Answers the sample's own page (EX-6…9, EX-12, EX-13), so that it can stay while the rest has moved.
///
/// `update` puts the page's records into the draft, all or nothing, and names the draft's revision as the build;
/// `publish` publishes exactly that revision. Queues and numbers, which the page does not know, are left as they are.
struct SampleHandler: Sendable {
    /// Bytes of a request: the page sends the whole directory.
    static let maxBodyBytes = 7_340_032
    /// Begins the name of a build; the draft's revision follows.
    static let buildPrefix = "ZB"
    static let updatedByOthers =
        "Routes were updated by someone else and cannot be published. Please reload and try again."
    static let publishInProgress =
        "Another route publish is in progress. Publishing now will overwrite other changes."

    private let authenticator: Authenticator
    private let settings: ApiSettings
    private let served: ServedDirectory
    private let caller: any ServiceCaller
    private let retryAfterSeconds: Int
    private let inFlight = InFlight()

    /// The token is in the body, so a body is read before anybody is known: only a few at once.
    private final class InFlight: Sendable {
        let count = Atomic<Int>(0)
    }

    init(
        settings: GatewaySettings, authenticator: Authenticator, served: ServedDirectory, caller: any ServiceCaller
    ) {
        self.authenticator = authenticator
        self.settings = settings.api
        self.served = served
        self.caller = caller
        retryAfterSeconds = settings.limits.retryAfterSeconds
    }

    func answer(_ request: Request, _ route: SampleRoute) async -> Response {
        guard request.method == .post else { return Problem.methodNotAllowed("POST").response }
        do throws(Problem) {
            let count = inFlight.count.add(1, ordering: .relaxed).newValue
            defer { inFlight.count.subtract(1, ordering: .relaxed) }
            guard count <= settings.maxSlowInFlight else {
                throw Problem(
                    status: 429, code: "gateway.too_many_requests",
                    detail: "\(settings.maxSlowInFlight) are being answered (gateway.api.max_slow_in_flight).",
                    retryAfterSeconds: retryAfterSeconds)
            }
            let parameters = try await parameters(request)
            let principal: Principal
            do throws(TokenRefusal) {
                guard let token = parameters["Token"]?.string, !token.isEmpty else { throw .missing }
                principal = try await authenticator.principal(token: token, atLeast: route.role)
            } catch {
                throw Problem(error, retryAfterSeconds: retryAfterSeconds)
            }
            let missing = route.required.filter { Self.isAbsent(parameters[$0.name]) }
            guard missing.isEmpty else { return Self.parameterError(missing) }
            switch route {
            case .list: return try await list(principal)
            case .update: return try await update(parameters, principal)
            case .updateStatus: return try status(parameters)
            case .publish: return try await publish(parameters, principal)
            }
        } catch {
            return error.response
        }
    }

    // MARK: The four routes

    private func list(_ principal: Principal) async throws(Problem) -> Response {
        let state = try await ask("GET", "/v1/extensions/publish", principal).json?["state"]?.string
        let directory = served.current?.directory
        let (data, version) = SampleRecords.list(directory)
        let isDeployed = !["validating", "writing", "deploying"].contains(state ?? "")
        return Self.json(.ok, ["data": data, "version": .string(version), "versionIsDeployed": .bool(isDeployed)])
    }

    private func update(_ parameters: JSONObject, _ principal: Principal) async throws(Problem) -> Response {
        let directory = served.current?.directory
        guard parameters["version"]?.string == SampleRecords.version(directory) else {
            return Self.failure(.conflict, Self.updatedByOthers)
        }
        guard let data = Self.array(parameters["data"]) else {
            return Self.parameterError([("data", "array of extensions to publish")])
        }
        let answer = try await ask(
            "POST", "/v1/extensions/import", principal,
            query: JSONObject([("format", "json"), ("mode", "replace"), ("dryRun", "false"), ("wait", "25")]),
            // This Gateway may lag behind: the service knows whether it is this version that would be replaced.
            ifMatch: "\"\(SampleRecords.version(directory))\"",
            body: SampleRecords.file(data, beside: directory))
        guard answer.answer.status == 200, let revision = answer.json?["revision"]?.integer else {
            return Self.failure(answer)
        }
        return Self.json(.ok, ["success": true, "buildSid": .string("\(Self.buildPrefix)\(revision)")])
    }

    /// A build is ready as soon as it has a name: there is nothing to compile.
    private func status(_ parameters: JSONObject) throws(Problem) -> Response {
        guard Self.revision(parameters) != nil else { return Self.failure(.notFound, "There is no such build.") }
        return Self.json(.ok, ["buildStatus": "completed"])
    }

    private func publish(_ parameters: JSONObject, _ principal: Principal) async throws(Problem) -> Response {
        guard let revision = Self.revision(parameters) else {
            return Self.failure(.notFound, "There is no such build.")
        }
        let answer = try await ask(
            "POST", "/v1/extensions/publish", principal, ifMatch: "\"d\(revision)\"", body: .object(JSONObject()))
        guard answer.answer.status == 202 else { return Self.failure(answer) }
        let version = answer.json?["publish"]?["version"]?.integer ?? answer.json?["version"]?.integer
        return Self.json(.ok, ["success": true, "deploymentSid": .string("v\(version ?? 0)")])
    }

    // MARK: The service

    private struct Asked {
        let answer: ApiAnswer
        let json: JSONValue?
    }

    private func ask(
        _ method: String, _ path: String, _ principal: Principal, query: JSONObject = JSONObject(),
        ifMatch: String? = nil, body: JSONValue? = nil
    ) async throws(Problem) -> Asked {
        let call = ApiCall(
            method: method, path: path, query: query, ifMatch: ifMatch, ifNoneMatch: nil,
            contentType: body == nil ? nil : "application/json", body: body.map { ByteBuffer(bytes: $0.bytes) },
            actor: principal.actor)
        do throws(CallFailure) {
            let timeout = path.hasSuffix("import") ? settings.slowTimeout : settings.timeout
            let bytes = try await caller.call(ApiService.extensions.rawValue, call.payload, within: timeout)
            guard let answer = ApiAnswer(bytes) else {
                throw CallFailure.failed(code: "gateway.answer_malformed", isRetryable: false)
            }
            return Asked(answer: answer, json: try? JSONValue(parsing: answer.body.utf8))
        } catch {
            throw Problem(error, retryAfterSeconds: retryAfterSeconds)
        }
    }

    // MARK: Requests and answers in the sample's shapes

    /// The page sends JSON or a form; in a form `data` is JSON text.
    private func parameters(_ request: Request) async throws(Problem) -> JSONObject {
        guard let encoding = WebhookEncoding(contentType: request.headers[.contentType]) else {
            throw Problem(.contentTypeUnsupported, retryAfterSeconds: 0)
        }
        let body: ByteBuffer
        do throws(RequestBody.Failure) {
            body = try await RequestBody.read(request, limit: Self.maxBodyBytes)
        } catch {
            throw Problem(error)
        }
        switch encoding {
        case .json:
            guard let object = (try? JSONValue(parsing: body.readableBytesView))?.object else {
                throw Problem(status: 400, code: "gateway.body_malformed", detail: "The body is no JSON object.")
            }
            return object
        case .form:
            do throws(FormError) {
                let form = try FormParameters(
                    decoding: body.readableBytesView,
                    limits: FormLimits(maxBodyBytes: Self.maxBodyBytes, maxParameters: 16))
                return JSONObject(form.pairs.map { ($0.name, .string($0.value)) })
            } catch {
                throw Problem(.form(error), retryAfterSeconds: 0)
            }
        }
    }

    private static func isAbsent(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null?: true
        case .string(let text)?: text.isEmpty
        default: false
        }
    }

    private static func array(_ value: JSONValue?) -> [JSONValue]? {
        switch value {
        case .array(let elements)?: elements
        case .string(let text)?: (try? JSONValue(parsing: text.utf8))?.array
        default: nil
        }
    }

    private static func revision(_ parameters: JSONObject) -> UInt64? {
        guard let build = parameters["buildSid"]?.string, build.hasPrefix(buildPrefix) else { return nil }
        return UInt64(build.dropFirst(buildPrefix.utf8.count))
    }

    private static func parameterError(_ missing: [(name: String, purpose: String)]) -> Response {
        let list = missing.map { "\($0.name) (\($0.purpose))" }.joined(separator: ", ")
        return json(.badRequest, ["parameterError": .string("Missing parameter(s): \(list).")])
    }

    private static func failure(_ status: HTTPResponse.Status, _ message: String) -> Response {
        json(status, ["success": false, "message": .string(message)])
    }

    /// What the service refused, with the status that the page knows: 409 for both of its alerts.
    private static func failure(_ asked: Asked) -> Response {
        let detail = asked.json?["detail"]?.string ?? "The directory did not do it."
        switch asked.json?["code"]?.string {
        case "extensions.publish_in_progress"?: return failure(.conflict, publishInProgress)
        case "extensions.draft_changed"?: return failure(.conflict, updatedByOthers)
        default:
            var body = JSONObject([("success", false), ("message", .string(detail))])
            body["rows"] = asked.json?["rows"]
            return json(.init(code: asked.answer.status), .object(body))
        }
    }

    private static func json(_ status: HTTPResponse.Status, _ value: JSONValue) -> Response {
        var response = ApiHandler.json(value)
        response.status = status
        return response
    }
}
