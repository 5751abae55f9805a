import Events
import Hosting
import Twilio

/// Which paths take webhooks, and for whom.
struct WebhookRoutes: Sendable {
    /// One path.
    struct Route: Sendable {
        let family: WebhookFamily
        let binding: Binding
    }

    /// How a path finds its project.
    enum Binding: Sendable {
        /// The path names it; the body must be of its account.
        case project(WebhookEndpoint)
        /// The body's account selects it.
        case account([String: WebhookEndpoint])
    }

    /// Stands before `<project>/<family>`.
    static let prefix = "/webhooks/twilio/"

    private let routes: [String: Route]

    /// Lays out the routes of the configured projects.
    ///
    /// - Parameters:
    ///   - projects: Projects; those whose names repeat overwrite each other.
    ///   - registry: Where each endpoint counts.
    /// - Throws: ``EventError`` when a project's name cannot be part of an event source.
    init(projects: [ProjectSettings], registry: MetricsRegistry) throws(EventError) {
        var routes: [String: Route] = [:]
        var aliases = Dictionary(uniqueKeysWithValues: WebhookAlias.allCases.map { ($0, [String: WebhookEndpoint]()) })
        for project in projects {
            for family in WebhookFamily.allCases {
                let endpoint = try WebhookEndpoint(project, family: family, registry: registry)
                routes[Self.path(project: project.name, family: family)] = Route(
                    family: family, binding: .project(endpoint))
                for alias in project.aliases where alias.family == family {
                    aliases[alias]?[project.accountSID] = endpoint
                }
            }
        }
        for (alias, endpoints) in aliases {
            routes[alias.rawValue] = Route(family: alias.family, binding: .account(endpoints))
        }
        self.routes = routes
    }

    /// The route of a path, compared byte by byte: what is signed is the path as sent, so no other spelling counts.
    func route(for path: String) -> Route? {
        routes[path]
    }

    static func path(project: String, family: WebhookFamily) -> String {
        "\(prefix)\(project)/\(family.rawValue)"
    }
}
