import Events
import HTTPTypes
import Hosting
import Hummingbird
import NIOCore
import Twilio

/// Answers the REST API: lets people in by their tokens, and asks the service that decides.
///
/// Nothing of a body is read before the token is right and the role is high enough.
struct ApiHandler: Sendable {
    /// Pieces of one export at most.
    static let maxPieces = 100_000

    let router = ApiRouter()
    private let authenticator: Authenticator
    private let settings: ApiSettings
    private let crossOrigin: CrossOrigin
    private let info: PanelInfo
    private let caller: any ServiceCaller
    private let dials: DialHandler
    private let streams: StreamHandler
    private let registry: MetricsRegistry
    private let retryAfterSeconds: Int
    private let places: [ApiService?: ApiPlaces]

    init(
        settings: GatewaySettings, authenticator: Authenticator, caller: any ServiceCaller, dials: DialHandler,
        streams: StreamHub, registry: MetricsRegistry
    ) {
        self.authenticator = authenticator
        self.settings = settings.api
        crossOrigin = CrossOrigin(settings.panel.flexOrigins)
        info = PanelInfo(settings)
        self.caller = caller
        self.dials = dials
        self.streams = StreamHandler(
            hub: streams, retryAfterSeconds: settings.limits.retryAfterSeconds, stallLimit: settings.api.stallLimit)
        self.registry = registry
        retryAfterSeconds = settings.limits.retryAfterSeconds
        let services = ApiService.allCases + [ApiService?.none]
        places = Dictionary(
            uniqueKeysWithValues: services.map { service in
                (service, ApiPlaces(all: settings.api.maxInFlight, slow: settings.api.maxSlowInFlight))
            })
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
        var response = await respond(request, context, path: path, target: target)
        crossOrigin.mark(&response, for: request)
        return response
    }

    private func respond(
        _ request: Request, _ context: GatewayContext, path: String, target: String
    ) async -> Response {
        if let page = PanelInfo.Page(rawValue: path) {
            if let preflight = crossOrigin.preflight(request, methods: ["GET"]) { return preflight }
            guard request.method == .get else { return Problem.methodNotAllowed("GET").response }
            return Self.json(info.answer(page))
        }
        let route: ApiRoute
        switch router.match(request.method, path) {
        case .none: return Problem.routeUnknown.response
        case .otherMethods(let methods):
            return crossOrigin.preflight(request, methods: methods)
                ?? Problem.methodNotAllowed(methods.joined(separator: ", ")).response
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
        case .stream:
            let standing = authenticator.standing(of: request, as: principal)
            return try await streams.answer(request, principal, standing, context.channel)
        case .dial:
            try enter(route, principal)
            defer { leave(route, principal) }
            return try await dials.answer(try await body(request, route), principal)
        case .service(let service), .export(let service):
            return try await pass(
                request, route, principal, to: service, path: path, target: target, channel: context.channel)
        }
    }

    /// Asks a service and hands its answer on.
    private func pass(
        _ request: Request, _ route: ApiRoute, _ principal: Principal, to service: ApiService, path: String,
        target: String, channel: any Channel
    ) async throws(Problem) -> Response {
        if route.isSlow { try begin(route, principal) }
        defer { if route.isSlow { places[route.service]?.end(of: principal.subject) } }
        // The place is taken once the body is here.
        let call = try await call(request, route, principal, path: path, target: target)
        try enter(route, principal)
        defer { leave(route, principal) }
        let answer = try await ask(call, service, route)
        guard case .export = route.action, answer.status == 200, answer.next != nil else { return answer.response }
        return export(call, service, route, first: answer, to: channel)
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

    private func ask(_ call: ApiCall, _ service: ApiService, _ route: ApiRoute) async throws(Problem) -> ApiAnswer {
        do throws(CallFailure) {
            let timeout = route.isSlow ? settings.slowTimeout : settings.timeout
            let bytes = try await caller.call(service.rawValue, call.payload, within: timeout)
            guard let answer = ApiAnswer(bytes) else {
                throw CallFailure.failed(code: "gateway.answer_malformed", isRetryable: false)
            }
            return answer
        } catch {
            throw Problem(error, of: service, retryAfterSeconds: retryAfterSeconds)
        }
    }

    // MARK: An export

    /// Streams an export piece by piece; one that breaks off ends the connection, so that nobody takes it for whole.
    private func export(
        _ call: ApiCall, _ service: ApiService, _ route: ApiRoute, first: ApiAnswer, to channel: any Channel
    ) -> Response {
        Response(
            status: .ok, headers: first.headers,
            body: ResponseBody { writer in
                var call = call
                var answer = first
                for _ in 0..<Self.maxPieces {
                    let cut = StallCut(channel, after: settings.stallLimit)
                    defer { cut.cancel() }
                    try await writer.write(ByteBuffer(string: answer.body))
                    cut.cancel()
                    guard let next = answer.next else { break }
                    call.query["cursor"] = .string(next)
                    answer = try await ask(call, service, route)
                    guard answer.status == 200 else {
                        throw CallFailure.failed(code: "gateway.export_broken", isRetryable: true)
                    }
                }
                try await writer.finish(nil)
            })
    }

    // MARK: Limits and figures

    private func enter(_ route: ApiRoute, _ principal: Principal) throws(Problem) {
        guard places[route.service]?.enter(isSlow: route.isSlow, of: principal.subject) ?? false else {
            throw Problem(
                status: 429, code: "gateway.too_many_requests",
                detail: "Too many requests are being answered (gateway.api.max_in_flight, max_slow_in_flight).",
                retryAfterSeconds: retryAfterSeconds)
        }
    }

    private func begin(_ route: ApiRoute, _ principal: Principal) throws(Problem) {
        guard places[route.service]?.begin(of: principal.subject, most: settings.maxSlowPerPerson) ?? false else {
            throw Problem(
                status: 429, code: "gateway.too_many_requests",
                detail: "You are sending too many files and bulk edits at once (gateway.api.max_slow_per_person).",
                retryAfterSeconds: retryAfterSeconds, closesConnection: true)
        }
    }

    private func leave(_ route: ApiRoute, _ principal: Principal) {
        places[route.service]?.leave(isSlow: route.isSlow, of: principal.subject)
    }

    private func count(_ route: ApiRoute, _ status: Int, _ duration: Duration) {
        registry.counter(
            "gateway.api.requests", help: "Requests to the REST API by route and status.",
            labels: ["route": "\(route.method) \(route.path)", "status": "\(status)"]
        ).add()
        registry.histogram("gateway.api.duration", help: "From the head of a request to its answer.").observe(duration)
    }

    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        let body = value.bytes
        return Response(
            status: status,
            headers: [
                .contentType: "application/json", .contentLength: String(body.count), .cacheControl: "no-store",
                .xContentTypeOptions: "nosniff",
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
