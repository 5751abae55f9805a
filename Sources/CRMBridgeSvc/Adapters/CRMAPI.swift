import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle

/// Answers some of the paths of `crm.api`.
protocol CRMRoutes: Sendable {
    /// The answer; nil when the path is none of these.
    func answer(_ request: CRMRequest) async throws -> CRMReply?
}

/// `crm.api` and `crm.contacts`: what agents' panels ask behind the Gateway, which has authenticated them.
///
/// Both answer every path. The Gateway sends what asks the CRM to `crm.contacts`, so that a slow one takes no place of the
/// calls: an agent hangs up while a hundred searches wait.
struct CRMAPI: Service {
    /// Requests at work at once, by service.
    static let services = ["crm.api": 128, "crm.contacts": 64]

    let routes: [any CRMRoutes]
    let bus: BusConnection
    let logger: Logger

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (service, concurrency) in Self.services {
                group.addTask {
                    try await bus.serve(service, concurrency: concurrency) { payload in
                        await answer(CRMRequest(payload)).payload
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Answers one call.
    func answer(_ request: CRMRequest?) async -> CRMReply {
        guard let request else {
            return .problem(
                400, "crm.request_malformed", title: "Malformed request",
                detail: "A request has method, path and an actor with sub and role.")
        }
        do {
            for part in routes {
                if let reply = try await part.answer(request) { return reply }
            }
            return .notFound
        } catch let failure as CRMFailure {
            return failure.reply
        } catch let error as BusError {
            logger.warning("The bridge's state could not be reached", metadata: ["error": "\(error.code)"])
            return .problem(
                503, "crm.unavailable", title: "The bridge's state is not reachable",
                detail: "The Broker did not answer [\(error.code)]. Try again.")
        } catch {
            logger.error("A request could not be answered", metadata: ["error": "\(type(of: error))"])
            return .problem(500, "crm.failed", title: "The bridge failed", detail: "The service's log says more.")
        }
    }
}
