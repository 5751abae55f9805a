import Crypto
import Events
import HTTPTypes
import Hosting
import Hummingbird
import NIOCore
import Synchronization
import Twilio

/// Answers customers' pages whether an agent is there, and mints the tokens they show.
///
/// The page is anonymous, so three things limit what it can do: its origin must be one of the configured ones, exactly;
/// its token was minted for that origin, that chat and, if the integrator wants, one agent; and each chat has a rate.
struct AvailabilityHandler: Sendable {
    enum Route: String, Sendable {
        case check = "/check-agent-availability"
        case token = "/v1/widget-token"
    }

    /// How long browsers remember the preflight's answer.
    static let preflightSeconds = 600

    private let settings: AvailabilitySettings
    private let limits: GatewayLimits
    private let timeout: Duration
    private let key: SymmetricKey?
    private let caller: any ServiceCaller
    private let registry: MetricsRegistry
    private let now: @Sendable () -> Timestamp
    private let rates: Rates

    /// The buckets, shared by all requests.
    private final class Rates: Sendable {
        let chats: Mutex<CallRate>
        let origins: Mutex<CallRate>

        init(_ settings: AvailabilitySettings) {
            chats = Mutex(CallRate(perMinute: settings.requestsPerMinute))
            origins = Mutex(CallRate(perMinute: settings.legacyRequestsPerMinute))
        }
    }

    init(
        settings: GatewaySettings, caller: any ServiceCaller, registry: MetricsRegistry,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.settings = settings.availability
        limits = settings.limits
        timeout = settings.callbacks.timeout
        key = settings.availability.tokenSecret.map { SymmetricKey(data: Array($0.reveal().utf8)) }
        self.caller = caller
        self.registry = registry
        self.now = now
        rates = Rates(settings.availability)
    }

    func answer(_ request: Request, _ route: Route, target: String) async -> Response {
        guard settings.isOn else { return Problem.routeUnknown.response }
        switch route {
        case .token: return await mint(request)
        case .check: return await check(request, target: target)
        }
    }

    // MARK: The check

    private func check(_ request: Request, target: String) async -> Response {
        guard let origin = request.headers[.origin], settings.origins.contains(origin) else {
            count("gateway.origin_refused")
            return Problem(
                status: 403, code: "gateway.origin_refused",
                detail: "The page's origin is not one of gateway.availability.origins."
            ).response
        }
        var response: Response
        if request.method == .options {
            response = Response(status: .noContent)
            response.headers[.accessControlAllowMethods] = "GET, POST"
            response.headers[.accessControlAllowHeaders] = "authorization, content-type"
            response.headers[.accessControlMaxAge] = String(Self.preflightSeconds)
        } else {
            do throws(Problem) {
                let answer = try await availability(request, origin: origin, target: target)
                count(answer ? "available" : "away")
                response = Self.json(.ok, ["available": .bool(answer)])
            } catch {
                count(error.code)
                response = error.response
            }
        }
        // Also on errors: a page that may not read them cannot tell its user anything.
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.vary] = "Origin"
        return response
    }

    private func availability(_ request: Request, origin: String, target: String) async throws(Problem) -> Bool {
        guard request.method == .post || request.method == .get else { throw .methodNotAllowed("GET, POST, OPTIONS") }
        let parameters = try await parameters(request, target: target)
        let asked = AvailabilityRequest(parameters, authorization: request.headers[.authorization])
        guard let asked else {
            throw Problem(
                status: 422, code: "gateway.parameter_missing", detail: "WorkerName is needed: whom is it about?")
        }
        try permit(asked, origin: origin)
        do throws(CallFailure) {
            let bytes = try await caller.call("sync.availability", asked.payload, within: timeout)
            // Whoever is unknown is not there: the answer does not tell names apart.
            return (try? JSONValue(parsing: bytes))?["available"]?.bool ?? false
        } catch {
            throw Problem(error, retryAfterSeconds: limits.retryAfterSeconds)
        }
    }

    /// Checks token and rate.
    private func permit(_ asked: AvailabilityRequest, origin: String) throws(Problem) {
        let isAllowed: Bool
        if let text = asked.token, let key {
            let token: WidgetToken
            do throws(WidgetToken.Refusal) {
                token = try WidgetToken(text, key: key, origin: origin, now: now())
            } catch {
                throw Problem(error)
            }
            guard token.agent == nil || token.agent == asked.worker else {
                throw Problem(
                    status: 403, code: "gateway.token_other_agent", detail: "The token is for another agent.")
            }
            isAllowed = rates.chats.withLock { $0.take("\(origin) \(token.chat)", now: .now) }
        } else {
            guard settings.isLegacy else {
                throw Problem(
                    status: 401, code: "gateway.token_missing",
                    detail: "Show the widget token as Authorization: Bearer. The page's server gets it from "
                        + "/v1/widget-token.")
            }
            isAllowed = rates.origins.withLock { $0.take(origin, now: .now) }
        }
        guard isAllowed else {
            throw Problem(
                status: 429, code: "gateway.too_many_requests", detail: "This page asks too often.",
                retryAfterSeconds: limits.retryAfterSeconds)
        }
    }

    // MARK: Tokens

    private func mint(_ request: Request) async -> Response {
        do throws(Problem) {
            guard request.method == .post else { throw .methodNotAllowed("POST") }
            guard let issuer = settings.issuerKey, let key else { throw .routeUnknown }
            guard let shown = AvailabilityRequest.bearer(request.headers[.authorization]),
                Self.areEqual(shown, issuer.reveal())
            else {
                throw Problem(
                    status: 401, code: "gateway.issuer_refused",
                    detail: "Show gateway.availability.issuer_key as Authorization: Bearer.")
            }
            let parameters = try await parameters(request, target: "")
            let token = try token(parameters)
            count("minted")
            return Self.json(
                .ok,
                [
                    "token": .string(token.signed(with: key)), "expires_at": .string(token.expires.rfc3339),
                    "expires_in": .number(JSONNumber(settings.tokenSeconds)),
                ])
        } catch {
            count(error.code)
            return error.response
        }
    }

    private func token(_ parameters: FormParameters) throws(Problem) -> WidgetToken {
        guard let origin = parameters.first("origin"), settings.origins.contains(origin) else {
            throw Problem(
                status: 422, code: "gateway.origin_refused",
                detail: "'origin' must be one of gateway.availability.origins.")
        }
        guard let chat = parameters.first("chat"), (1...WidgetToken.maxNameBytes).contains(chat.utf8.count) else {
            throw Problem(
                status: 422, code: "gateway.parameter_missing",
                detail: "'chat' names the chat, in 1 to \(WidgetToken.maxNameBytes) bytes.")
        }
        let agent = parameters.first("agent").flatMap { $0.isEmpty ? nil : $0 }
        guard (agent?.utf8.count ?? 0) <= AvailabilityRequest.maxNameBytes else {
            throw Problem(
                status: 422, code: "gateway.parameter_missing",
                detail: "'agent' has at most \(AvailabilityRequest.maxNameBytes) bytes.")
        }
        let token = WidgetToken(
            origin: origin, chat: chat, agent: agent, expires: now().advanced(by: .seconds(settings.tokenSeconds)))
        // A longer one would be minted and then never looked at.
        let bytes = token.bytes
        guard bytes <= WidgetToken.maxBytes else {
            throw Problem(
                status: 422, code: "gateway.token_too_long",
                detail:
                    "The token would have \(bytes) bytes, more than the \(WidgetToken.maxBytes) that are looked at. "
                    + "Give 'chat' or 'agent' a shorter name; its SID, say.")
        }
        return token
    }

    // MARK: HTTP

    private func parameters(_ request: Request, target: String) async throws(Problem) -> FormParameters {
        if request.method == .get {
            let query = target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
            return try decoded { () throws(FormError) in
                try FormParameters(decoding: Array(query.utf8), limits: limits.form)
            }
        }
        guard let encoding = WebhookEncoding(contentType: request.headers[.contentType]) else {
            throw Problem(.contentTypeUnsupported, retryAfterSeconds: 0)
        }
        let body: ByteBuffer
        do throws(RequestBody.Failure) {
            body = try await RequestBody.read(request, limit: limits.form.maxBodyBytes)
        } catch {
            throw Problem(error)
        }
        return try decoded { () throws(FormError) in
            switch encoding {
            case .form: try FormParameters(decoding: body.readableBytesView, limits: limits.form)
            case .json: try FormParameters(json: body.readableBytesView, limits: limits.form)
            }
        }
    }

    private func decoded(_ decode: () throws(FormError) -> FormParameters) throws(Problem) -> FormParameters {
        do throws(FormError) {
            return try decode()
        } catch {
            throw Problem(.form(error), retryAfterSeconds: 0)
        }
    }

    private func count(_ outcome: String) {
        registry.counter(
            "gateway.availability", help: "Availability checks and widget tokens by what became of them.",
            labels: ["outcome": outcome]
        ).add()
    }

    private static func json(_ status: HTTPResponse.Status, _ value: JSONValue) -> Response {
        let body = value.bytes
        return Response(
            status: status,
            headers: [
                .contentType: "application/json", .contentLength: String(body.count), .cacheControl: "no-store",
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// In time that does not depend on how much is right.
    private static func areEqual(_ shown: String, _ secret: String) -> Bool {
        let key = SymmetricKey(size: .bits256)
        let code = HMAC<SHA256>.authenticationCode(for: Array(secret.utf8), using: key)
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Array(shown.utf8), using: key)
    }
}

extension Problem {
    init(_ refusal: WidgetToken.Refusal) {
        switch refusal {
        case .invalid:
            self.init(status: 401, code: "gateway.token_invalid", detail: "The widget token is none of ours.")
        case .expired:
            self.init(
                status: 401, code: "gateway.token_expired", detail: "The widget token has expired; have one minted.")
        case .otherOrigin:
            self.init(
                status: 403, code: "gateway.token_other_origin", detail: "The widget token is for another origin.")
        }
    }
}
