import Events
import TwilioREST

/// The providers' webhook configuration over REST.
struct TwilioRouteStore: RouteStore {
    /// By project.
    let clients: [String: TwilioClient]

    func read(_ route: Route) async throws -> RouteValues {
        let client = try client(route)
        switch route.kind {
        case .conversations:
            let values = try await client.conversations(try ChatServiceSID(route.sid)).webhookConfiguration()
            return RouteValues(
                url: values.postWebhookURL ?? "", method: values.method, filters: values.filters ?? [])
        case .chat:
            let values = try await client.chat(try ChatServiceSID(route.sid)).settings()
            return RouteValues(
                url: values.postWebhookURL ?? "", method: values.webhookMethod, filters: values.webhookFilters,
                retryCount: values.postWebhookRetryCount ?? 0)
        case .taskrouter:
            let values = try await client.taskRouter(try WorkspaceSID(route.sid)).workspace()
            let names = (values.eventsFilter ?? "").split(separator: ",").map { name in
                String(name.filter { $0 != " " })
            }
            return RouteValues(url: values.eventCallbackURL ?? "", filters: names.isEmpty ? nil : names)
        }
    }

    func write(_ values: RouteValues, to route: Route) async throws {
        let client = try client(route)
        switch route.kind {
        case .conversations:
            _ = try await client.conversations(try ChatServiceSID(route.sid)).updateWebhookConfiguration(
                WebhookConfiguration(postWebhookURL: values.url, method: values.method, filters: values.filters))
        case .chat:
            _ = try await client.chat(try ChatServiceSID(route.sid)).updateSettings(
                ChatServiceDraft(
                    postWebhookURL: values.url, webhookMethod: values.method, webhookFilters: values.filters,
                    postWebhookRetryCount: values.retryCount))
        case .taskrouter:
            _ = try await client.taskRouter(try WorkspaceSID(route.sid)).updateWorkspace(
                eventCallbackURL: values.url, eventsFilter: values.filters?.joined(separator: ",") ?? "")
        }
    }

    private func client(_ route: Route) throws -> TwilioClient {
        guard let client = clients[route.project] else {
            throw CommandFailure("gateway.projects.\(route.project) has no account or token.", .configuration)
        }
        return client
    }
}
