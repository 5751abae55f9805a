import Events
import Hosting
import TwilioHosting
import TwilioREST

/// What the routes commands read from the configuration.
struct RouteSetup: Sendable {
    let routes: [Route]
    /// Addresses that `sync.relay` goes on calling.
    let relayed: Set<String>
    let store: TwilioRouteStore
    let transport: HTTPTransport

    /// - Throws: ``CommandFailure`` with code 78, naming what is missing.
    init(_ source: SettingsSource) throws {
        let gateway = try source.peek(GatewayAddress.init(reader:))
        let read = try source.peek { reader in
            let sync = reader.section("sync")
            let sides = ["flex", "frontline"].map { name in
                let side = sync.section("sides").section(name)
                return (
                    name: name, project: side.string("project", default: ""),
                    dialect: side.string("dialect", default: "conversations"),
                    service: side.string("service_sid", default: ""),
                    workspace: side.string("workspace_sid", default: "")
                )
            }
            let relayed = ["flex", "frontline"].compactMap {
                sync.section("relay").section($0).optionalString("url")
            }
            let twilio = TwilioSettings.read(reader.section("twilio"))
            return (sides: sides, relayed: relayed, twilio: twilio)
        }
        relayed = Set(read.relayed.map { String($0.prefix { $0 != "#" }) })
        var routes: [Route] = []
        var clients: [String: TwilioClient] = [:]
        let configuration = read.twilio
        let transport = HTTPTransport(configuration: configuration)
        self.transport = transport
        for side in read.sides where !side.project.isEmpty {
            let kind: Route.Kind = side.dialect == "chat" ? .chat : .conversations
            if !side.service.isEmpty {
                routes.append(
                    Route(
                        side: side.name, project: side.project, kind: kind, sid: side.service,
                        publicURL: gateway.publicURL))
            }
            if !side.workspace.isEmpty {
                routes.append(
                    Route(
                        side: side.name, project: side.project, kind: .taskrouter, sid: side.workspace,
                        publicURL: gateway.publicURL))
            }
            guard let project = gateway.projects.first(where: { $0.name == side.project }),
                let account = try? AccountSID(project.accountSID), let token = project.authToken
            else { continue }
            clients[side.project] = TwilioClient(
                credentials: TwilioCredentials(accountSID: account, authToken: token.reveal()),
                configuration: configuration, transport: transport)
        }
        guard !routes.isEmpty else {
            throw CommandFailure(
                "No route is configured: set sync.sides.flex and sync.sides.frontline.", .configuration)
        }
        self.routes = routes
        store = TwilioRouteStore(clients: clients)
    }
}
