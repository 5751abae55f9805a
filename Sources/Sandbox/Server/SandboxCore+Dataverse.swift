import Events
import Hosting
import NIOCore
import NIOHTTP1
import Twilio

/// What stands in for Dynamics: Dataverse's Web API below `/api/data/`, the authority below `/entra/`, with their own
/// faults.
///
/// The organisation is made at the first request for a token or a row: a Sandbox that nobody asks for it pays nothing.
extension SandboxCore {
    static let dataverseRoot = "/api/data/v"
    static let entraRoot = "/entra/"
    /// Minor versions that are answered, all alike: `v9.0` to `v9.2`.
    private static let versions: Set<Substring> = ["9.0", "9.1", "9.2"]

    /// One request from its arrival to its end.
    private struct DataverseTurn {
        let raw: RawRequest
        let exchange: any Exchange
        let generation: Int
        let started: Timestamp
        var fault = RequestFault.none
        var work: Work
        /// Whose limits it counts against.
        var user: GUID?

        enum Work {
            case api(DataverseRequest)
            case token(EntraTokens.Request)
        }
    }

    /// `/dynamics-settings.js`: what its page needs of the Gateway, as a module.
    ///
    /// `panelOrigin` is the origin of the agent's panel, null when nothing says where the Gateway is.
    func dynamicsSettings() -> RestAnswer {
        let origin = settings.panelURL.map { "\"\($0)\"" } ?? "null"
        let script = "export const panelOrigin = \(origin);\n"
        var answer = RestAnswer(status: 200, body: Array(script.utf8), contentType: "text/javascript; charset=utf-8")
        answer.headers = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        return answer
    }

    /// Makes the organisation unless it is there.
    func openDataverse(_ changed: DataverseSettings? = nil) {
        guard dataverse == nil || changed != nil else { return }
        dataverseGeneration += 1
        let workers = settings.projects.flatMap(\.allAgents).reduce(into: [SandboxProject.Agent]()) { known, agent in
            if !known.contains(where: { $0.name == agent.name }) { known.append(agent) }
        }
        dataverse = DataverseOrganization(
            settings: changed ?? settings.dataverse, workers: workers, now: WallClock.now())
    }

    /// A request for a row, which brings a token.
    func serveDataverse(_ raw: RawRequest, _ exchange: any Exchange) {
        openDataverse()
        let now = WallClock.now()
        let origin = origin(of: raw)
        let bearer = raw.head.headers.first(name: "Authorization").flatMap { field -> Substring? in
            field.lowercased().hasPrefix("bearer ") ? field.dropFirst("bearer ".count) : nil
        }
        guard let bearer, let user = dataverse?.entra.user(bearer, now: now) else {
            dataverse?.count(status: 401)
            return exchange.answer(unauthorised(origin), requestID: "")
        }
        do throws(DataverseProblem) {
            let request = try dataverseRequest(raw, below: Self.dataverseRoot, origin: origin)
            dataverse?.count(request)
            var turn = DataverseTurn(
                raw: raw, exchange: exchange, generation: dataverseGeneration, started: now, work: .api(request),
                user: user)
            inFlight += 1
            turn.fault = faults.decide(
                project: FaultPlan.dataverse, product: FaultPlan.dataverse, method: request.method,
                path: "/" + request.path, now: now)
            if let refusal = dataverse?.limits.begin(user, now: now) {
                turn.fault = .none
                return finish(turn, refusal.answer, isCounted: false)
            }
            begin(turn)
        } catch {
            dataverse?.count(status: error.status)
            exchange.answer(dressed(error.answer, user: user, now: now), requestID: "")
        }
    }

    /// A request for a token: `/entra/{tenant}/oauth2/v2.0/token` or `/entra/{tenant}/oauth2/token`.
    func serveEntra(_ raw: RawRequest, _ exchange: any Exchange) {
        openDataverse()
        let now = WallClock.now()
        let segments = Self.segments(raw.path.dropFirst(Self.entraRoot.count))
        guard raw.head.method == .POST, let tenant = segments.first,
            ["oauth2/v2.0/token", "oauth2/token"].contains(segments.dropFirst().joined(separator: "/"))
        else { return exchange.answer(TwilioProblem.notFound(String(raw.path)).answer, requestID: "") }
        let form = raw.body.flatMap { try? FormParameters(decoding: Array($0.readableBytesView)) }
        let request = EntraTokens.Request(
            tenant: String(tenant), isVersion2: segments.count == 4, form: form?.pairs ?? [],
            organizations: [origin(of: raw), publicURL])
        var turn = DataverseTurn(
            raw: raw, exchange: exchange, generation: dataverseGeneration, started: now, work: .token(request))
        inFlight += 1
        turn.fault = faults.decide(
            project: FaultPlan.dataverse, product: FaultPlan.entra, method: .post,
            path: raw.path.dropFirst(Self.entraRoot.count - 1), now: now)
        begin(turn)
    }

    /// Where the organisation is for who asks: the host that he has named.
    private func origin(of raw: RawRequest) -> String {
        raw.head.headers.first(name: "Host").map { "http://\($0)" } ?? publicURL
    }

    /// Decodes what came over the wire.
    func dataverseRequest(
        _ raw: RawRequest, below root: String, origin: String
    ) throws(DataverseProblem) -> DataverseRequest {
        guard let method = RestMethod(rawValue: raw.head.method.rawValue) else { throw .otherMethod }
        guard raw.head.uri.utf8.count <= ODataToken.maxBytes else {
            throw DataverseProblem(414, "0x80060888", "The address is longer than \(ODataToken.maxBytes) bytes.")
        }
        var path = raw.path.dropFirst(root.count)
        if root == Self.dataverseRoot {
            let version = path.prefix { $0 != "/" }
            guard Self.versions.contains(version) else { throw .unknownSegment("v\(version)") }
            path = path.dropFirst(version.count + 1)
        }
        guard let query = try? FormParameters(decoding: raw.query.utf8) else {
            throw .query("Bad Request - Error in query syntax.")
        }
        let fields = raw.head.headers
        var request = DataverseRequest(
            method: method, path: FormText.decoded(path), root: "\(origin)\(Self.dataverseRoot)9.2/",
            rawQuery: String(raw.query), options: query.pairs)
        request.body = raw.body.map { Array($0.readableBytesView) } ?? []
        request.preferences = DataversePreferences(fields[canonicalForm: "Prefer"].map(String.init))
        request.ifMatch = fields.first(name: "If-Match")
        request.ifNoneMatch = fields.first(name: "If-None-Match")
        request.callerObjectID = fields.first(name: "CallerObjectId")
        request.callerID = fields.first(name: "MSCRMCallerID")
        request.detectsDuplicates =
            fields.first(name: "MSCRM.SuppressDuplicateDetection")?.lowercased() == "false"
        return request
    }

    private func begin(_ turn: DataverseTurn) {
        guard let latency = turn.fault.latency else { return perform(turn) }
        eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(latency)) { self.perform(turn) }
    }

    /// Does what the fault leaves to be done.
    private func perform(_ turn: DataverseTurn) {
        // It was held up, and its organisation is gone.
        guard turn.generation == dataverseGeneration else {
            return finish(turn, DataverseProblem.fault(503, retryAfter: nil, count: 0).answer)
        }
        switch turn.fault.effect {
        case .none: finish(turn, apply(turn))
        case .status(let status, let retryAfter, let isDone):
            if isDone { _ = apply(turn) }
            finish(turn, faultAnswer(turn, status, retryAfter: retryAfter))
        case .timeout(let isDone):
            if isDone { _ = apply(turn) }
            let exchange = turn.exchange
            eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(Self.hangTime)) { exchange.cut() }
            end(turn, status: 0)
        case .lostAnswer:
            _ = apply(turn)
            turn.exchange.cut()
            end(turn, status: 0)
        case .down(let status):
            guard let status else {
                turn.exchange.cut()
                return end(turn, status: 0)
            }
            finish(turn, faultAnswer(turn, status, retryAfter: nil))
        }
    }

    private func apply(_ turn: DataverseTurn) -> RestAnswer {
        let now = WallClock.now()
        switch turn.work {
        case .token(let request):
            guard let organization = dataverse?.settings, let users = dataverse?.users else { return .noContent }
            return dataverse?.entra.answer(
                request, settings: organization, users: users, seconds: organization.tokenSeconds, now: now)
                ?? .noContent
        case .api(let request):
            do throws(DataverseProblem) {
                guard let user = turn.user, let answer = try dataverse?.answer(request, user: user, now: now) else {
                    throw .noMember
                }
                return answer
            } catch {
                return error.answer
            }
        }
    }

    private func faultAnswer(_ turn: DataverseTurn, _ status: Int, retryAfter: Int?) -> RestAnswer {
        if case .token = turn.work {
            return EntraProblem.fault(status).answer(now: WallClock.now(), retryAfter: retryAfter)
        }
        let count = dataverse?.faultsMade ?? 0
        if status == 429 { dataverse?.faultsMade += 1 }
        return DataverseProblem.fault(status, retryAfter: retryAfter, count: count).answer
    }

    private func finish(_ turn: DataverseTurn, _ answer: RestAnswer, isCounted: Bool = true) {
        var answer = answer
        if case .api = turn.work { answer = dressed(answer, user: turn.user, now: WallClock.now()) }
        turn.exchange.answer(answer, requestID: "")
        end(turn, status: answer.status, isCounted: isCounted)
    }

    private func end(_ turn: DataverseTurn, status: Int, isCounted: Bool = true) {
        inFlight -= 1
        let now = WallClock.now()
        if turn.generation == dataverseGeneration {
            if let user = turn.user, isCounted { dataverse?.limits.end(user, started: turn.started, now: now) }
            if case .api = turn.work { dataverse?.count(status: status) }
        }
        note(
            RequestLog.Entry(
                isOutgoing: false, at: now, project: FaultPlan.dataverse, method: turn.raw.head.method.rawValue,
                path: String(turn.raw.path), status: status, requestID: "", fault: turn.fault.name,
                duration: .nanoseconds(Int64(clamping: now.unixNanoseconds &- turn.started.unixNanoseconds))))
    }

    /// The headers that every answer of the Web API has.
    private func dressed(_ answer: RestAnswer, user: GUID?, now: Timestamp) -> RestAnswer {
        var answer = answer
        var random = SystemRandomNumberGenerator()
        let id = GUID.random(using: &random).text
        answer.headers += [
            ("OData-Version", "4.0"), ("Cache-Control", "no-cache"), ("x-ms-service-request-id", id), ("REQ_ID", id),
        ]
        if let user, let left = dataverse?.limits.remaining(user, now: now) {
            answer.headers += [
                ("x-ms-ratelimit-burst-remaining-xrm-requests", "\(left.requests)"),
                ("x-ms-ratelimit-time-remaining-xrm-requests", "\(left.seconds)"),
            ]
        }
        return answer
    }

    /// A missing, unknown or outdated token; the header says where one is to be had.
    private func unauthorised(_ origin: String) -> RestAnswer {
        var answer = RestAnswer(
            status: 401, body: Array("HTTP Error 401 - Unauthorized: Access is denied".utf8),
            contentType: "text/html")
        let tenant = dataverse?.settings.tenant.text ?? ""
        answer.headers = [
            (
                "WWW-Authenticate",
                "Bearer authorization_uri=\(origin)\(Self.entraRoot)\(tenant)/oauth2/authorize, "
                    + "resource_id=\(origin)/"
            )
        ]
        return answer
    }
}
