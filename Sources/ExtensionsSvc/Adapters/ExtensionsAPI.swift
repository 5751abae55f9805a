import Bus
import Directory
import Events
import Hosting
import Logging
import ServiceLifecycle

/// `extensions.api`: the directory's REST API behind the Gateway, which has authenticated whoever asks.
struct ExtensionsAPI: Service {
    static let service = "extensions.api"
    /// Requests at work at once.
    static let concurrency = 64
    /// Edits of one bulk request.
    static let maxBulk = 1_000

    let store: DirectoryStore
    let publisher: PublishRunner
    let imports: ImportRunner
    let bus: BusConnection
    let metrics: ExtensionsMetrics
    let logger: Logger

    func run() async throws {
        try await bus.serve(Self.service, concurrency: Self.concurrency) { payload in
            await answer(payload).payload
        }
    }

    /// Answers one call and counts it.
    func answer(_ payload: [UInt8]) async -> APIReply {
        let start = ContinuousClock.now
        let request = APIRequest(payload)
        let reply = await answer(request)
        metrics.count(request, status: reply.status)
        metrics.duration.observe(ContinuousClock.now - start)
        return reply
    }

    private func answer(_ request: APIRequest?) async -> APIReply {
        guard let request else {
            return .problem(
                400, "extensions.request_malformed", title: "Malformed request",
                detail: "A request has method, path and an actor with sub and role.")
        }
        return await answering {
            let reply = try await route(request)
            return request.method == "GET" ? reply.unlessSeen(request.ifNoneMatch) : reply
        }
    }

    /// An answer, whatever happens on the way to it.
    func answering(_ body: () async throws -> APIReply) async -> APIReply {
        do {
            return try await body()
        } catch let failure as DirectoryFailure {
            return reply(to: failure)
        } catch let error as BusError where error.code == "map.full" {
            return .problem(
                507, error.code, title: "The Broker is full",
                detail: "The Broker's maps hold no more (broker.max_map_bytes). Nothing was changed.")
        } catch let error as BusError {
            logger.warning("The directory's state could not be reached", metadata: ["error": "\(error)"])
            return .problem(
                503, "extensions.unavailable", title: "The directory is not reachable",
                detail: "The Broker did not answer [\(error.code)]. Try again.")
        } catch {
            logger.error("A request could not be answered", metadata: ["error": "\(error)"])
            return .problem(
                500, "extensions.failed", title: "The directory failed", detail: "The service's log says more.")
        }
    }

    private func reply(to failure: DirectoryFailure) -> APIReply {
        switch failure {
        case .publishInProgress(let state):
            .problem(
                409, failure.code, title: "A publish is in progress", detail: failure.description,
                [("publish", .object(state.json))])
        case .draftChanged(let current), .draftEdited(let current):
            .problem(
                412, failure.code, title: "The draft has changed", detail: failure.description,
                [("current", .string("\"d\(current)\""))])
        case .versionUnknown: .failure(404, failure)
        case .contended, .busy, .importsBusy: .failure(503, failure)
        case .unreadable: .failure(500, failure)
        }
    }

    private func route(_ request: APIRequest) async throws -> APIReply {
        let path = request.path
        let isWrite = !["GET", "HEAD"].contains(request.method)
        guard !isWrite || request.editor.role.mayEdit else {
            return .problem(
                403, "extensions.role", title: "Not allowed", detail: "This needs the role supervisor or admin.")
        }
        switch (request.method, path.count, path.first, path.count > 1 ? path[1] : nil) {
        case ("GET", 1, "extensions", _): return try await list(request)
        case ("POST", 1, "extensions", _): return try await create(request)
        case ("GET", 2, "extensions", "next"): return try await next(request)
        case ("GET", 2, "extensions", "rules"): return APIReply(200, store.rules.json)
        case ("POST", 2, "extensions", "bulk"): return try await bulk(request)
        case ("GET", 2, "extensions", "diff"): return try await diff()
        case ("GET", 2, "extensions", "history"): return try await history(request)
        case ("POST", 2, "extensions", "import"): return try await importFile(request)
        case ("GET", 2, "imports", _): return try await importState(request)
        case ("POST", 4, "extensions", "imports") where path[3] == "undo": return try await undo(request)
        case ("GET", 2, "extensions", "export"): return try await export(request)
        case ("GET", 2, "extensions", "publish"): return try await publishState()
        case ("POST", 2, "extensions", "publish"): return try await publish(request)
        case ("GET", 2, "extensions", "versions"): return try await versions(request)
        case ("GET", 3, "extensions", "versions"): return try await version(path[2])
        case ("POST", 4, "extensions", "versions") where path[3] == "rollback": return try await rollback(request)
        case ("GET", 1, "workers", _): return try await listWorkers(request)
        case ("GET", 2, "extensions", _): return try await get(path[1])
        case ("PUT", 2, "extensions", _): return try await update(request)
        case ("DELETE", 2, "extensions", _): return try await delete(request)
        default: return .notFound
        }
    }
}

extension APIReply {
    static let notFound = APIReply.problem(
        404, "extensions.not_found", title: "Not found", detail: "There is nothing at this path.")

    /// What the request's own form is about.
    static func badRequest(_ field: String, _ detail: String) -> APIReply {
        .problem(
            400, "extensions.parameter", title: "Malformed request", detail: detail, [("parameter", .string(field))])
    }
}
