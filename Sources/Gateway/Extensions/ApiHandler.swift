import Events
import HTTPTypes
import Hosting
import Hummingbird
import NIOCore
import Synchronization
import Twilio

/// Answers the REST API: lets people in by their tokens, and asks ExtensionsSvc, which decides.
///
/// Nothing of a body is read before the token is right and the role is high enough.
struct ApiHandler: Sendable {
    /// Pieces of one export at most.
    static let maxPieces = 100_000

    let router = ApiRouter()
    private let authenticator: Authenticator
    private let settings: ApiSettings
    private let methods: [String]
    private let developmentURL: String?
    private let caller: any ServiceCaller
    private let streams: StreamHandler
    private let registry: MetricsRegistry
    private let retryAfterSeconds: Int
    private let inFlight = InFlight()

    private final class InFlight: Sendable {
        let all = Atomic<Int>(0)
        let slow = Atomic<Int>(0)
    }

    init(
        settings: GatewaySettings, authenticator: Authenticator, caller: any ServiceCaller, streams: StreamHub,
        registry: MetricsRegistry
    ) {
        self.authenticator = authenticator
        self.settings = settings.api
        methods = settings.auth.methods
        developmentURL = settings.auth.developmentURL
        self.caller = caller
        self.streams = StreamHandler(hub: streams, retryAfterSeconds: settings.limits.retryAfterSeconds)
        self.registry = registry
        retryAfterSeconds = settings.limits.retryAfterSeconds
    }

    /// The answer to a request whose path begins with `/v1/`.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - context: Its connection.
    ///   - path: Its path.
    ///   - target: Its path and query.
    /// - Returns: The answer, an error among them.
    func answer(_ request: Request, _ context: GatewayContext, path: String, target: String) async -> Response {
        if path == "/v1/auth" { return waysIn(request) }
        let route: ApiRoute
        switch router.match(request.method, path) {
        case .none: return Problem.routeUnknown.response
        case .otherMethods(let methods): return Problem.methodNotAllowed(methods.joined(separator: ", ")).response
        case .route(let found): route = found
        }
        let start = ContinuousClock.now
        let response: Response
        do throws(Problem) {
            response = try await answer(request, context, route, path: path, target: target)
        } catch {
            response = error.response
        }
        count(route, response.status.code, ContinuousClock.now - start)
        return response
    }

    /// Says how to come in; needs no token.
    private func waysIn(_ request: Request) -> Response {
        guard request.method == .get else { return Problem.methodNotAllowed("GET").response }
        var object = JSONObject([("methods", .array(methods.map { .string($0) }))])
        object["developmentURL"] = developmentURL.map { .string($0) }
        return Self.json(.object(object))
    }

    private func answer(
        _ request: Request, _ context: GatewayContext, _ route: ApiRoute, path: String, target: String
    ) async throws(Problem) -> Response {
        let principal: Principal
        do throws(TokenRefusal) {
            principal = try await authenticator.principal(of: request, atLeast: route.role)
        } catch {
            throw Problem(error, retryAfterSeconds: retryAfterSeconds)
        }
        switch route.action {
        case .me: return Self.json(principal.json)
        case .stream: return try await streams.answer(request, principal, context.channel)
        case .service, .export: break
        }
        try enter(route)
        defer { leave(route) }
        let call = try await call(request, route, principal, path: path, target: target)
        let answer = try await ask(call, route)
        guard route.action == .export, answer.status == 200, answer.next != nil else { return answer.response }
        return export(call, route, first: answer)
    }

    // MARK: The question

    private func call(
        _ request: Request, _ route: ApiRoute, _ principal: Principal, path: String, target: String
    ) async throws(Problem) -> ApiCall {
        let query: JSONObject
        do throws(FormError) {
            query = try ApiCall.query(of: target)
        } catch {
            throw Problem(status: 400, code: error.code, detail: "The query cannot be read: \(error)")
        }
        return ApiCall(
            method: request.method.rawValue, path: path, query: query, ifMatch: request.headers[.ifMatch],
            ifNoneMatch: request.headers[.ifNoneMatch], contentType: request.headers[.contentType],
            body: try await body(request, route), actor: principal.actor)
    }

    private func body(_ request: Request, _ route: ApiRoute) async throws(Problem) -> ByteBuffer? {
        let limit: Int
        switch route.body {
        case .none: return nil
        case .json(let bytes): limit = bytes
        case .file(let bytes): limit = bytes
        }
        let body: ByteBuffer
        do throws(RequestBody.Failure) {
            body = try await RequestBody.read(request, limit: limit)
        } catch {
            switch error {
            case .tooLarge(let limit):
                throw Problem(
                    status: 413, code: "gateway.body_too_large", detail: "The body exceeds \(limit) bytes.",
                    closesConnection: true)
            case .incomplete: throw Problem(error)
            }
        }
        guard body.readableBytes > 0 else { return nil }
        if case .json = route.body, WebhookEncoding(contentType: request.headers[.contentType]) != .json {
            throw Problem(status: 415, code: "gateway.content_type", detail: "Send application/json, in UTF-8.")
        }
        return body
    }

    private func ask(_ call: ApiCall, _ route: ApiRoute) async throws(Problem) -> ApiAnswer {
        do throws(CallFailure) {
            let timeout = route.isSlow ? settings.slowTimeout : settings.timeout
            let bytes = try await caller.call(ApiCall.service, call.payload, within: timeout)
            guard let answer = ApiAnswer(bytes) else {
                throw CallFailure.failed(code: "gateway.answer_malformed", isRetryable: false)
            }
            return answer
        } catch {
            throw Problem(error, retryAfterSeconds: retryAfterSeconds)
        }
    }

    // MARK: An export

    /// Streams an export piece by piece; one that breaks off ends the connection, so that nobody takes it for whole.
    private func export(_ call: ApiCall, _ route: ApiRoute, first: ApiAnswer) -> Response {
        Response(
            status: .ok, headers: first.headers,
            body: ResponseBody { writer in
                var call = call
                var answer = first
                for _ in 0..<Self.maxPieces {
                    try await writer.write(ByteBuffer(string: answer.body))
                    guard let next = answer.next else { break }
                    call.query["cursor"] = .string(next)
                    answer = try await ask(call, route)
                    guard answer.status == 200 else {
                        throw CallFailure.failed(code: "gateway.export_broken", isRetryable: true)
                    }
                }
                try await writer.finish(nil)
            })
    }

    // MARK: Limits and figures

    private func enter(_ route: ApiRoute) throws(Problem) {
        let all = inFlight.all.add(1, ordering: .relaxed).newValue
        let slow = route.isSlow ? inFlight.slow.add(1, ordering: .relaxed).newValue : 0
        guard all <= settings.maxInFlight, slow <= settings.maxSlowInFlight else {
            leave(route)
            throw Problem(
                status: 429, code: "gateway.too_many_requests",
                detail: "Too many requests are being answered (gateway.api.max_in_flight, max_slow_in_flight).",
                retryAfterSeconds: retryAfterSeconds)
        }
    }

    private func leave(_ route: ApiRoute) {
        inFlight.all.subtract(1, ordering: .relaxed)
        if route.isSlow { inFlight.slow.subtract(1, ordering: .relaxed) }
    }

    private func count(_ route: ApiRoute, _ status: Int, _ duration: Duration) {
        registry.counter(
            "gateway.api.requests", help: "Requests to the REST API by route and status.",
            labels: ["route": "\(route.method) \(route.path)", "status": "\(status)"]
        ).add()
        registry.histogram("gateway.api.duration", help: "From the head of a request to its answer.").observe(duration)
    }

    static func json(_ value: JSONValue) -> Response {
        let body = value.bytes
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json", .contentLength: String(body.count), .cacheControl: "no-store",
                .xContentTypeOptions: "nosniff",
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
