import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle
import TwilioHosting
import TwilioREST

/// Puts the parts of CRMBridgeSvc together: the one place that names them all.
struct CRMComposition {
    let host: ServiceHost
    let settings: CRMSettings
    let bus: BusConnection

    /// Everything that runs, in the order of dependency.
    func all() -> [any Service] {
        let connector = ConnectorParts(host: host, settings: settings, bus: bus)
        let agents = agentParts(connector.finder)
        let api = CRMAPI(routes: agents.routes + connector.routes, bus: bus, logger: host.logger)
        return agents.services + connector.services + [api]
    }

    /// What speaks to the provider; nothing when no project is configured.
    private func agentParts(_ finder: any ContactFinder) -> (routes: [any CRMRoutes], services: [any Service]) {
        guard let project = settings.project else {
            host.logger.notice("No project is configured (crm.project): there are no agents, only contacts")
            return ([], [])
        }
        let transport = HTTPTransport(configuration: settings.twilio)
        let client = TwilioClient(
            credentials: TwilioCredentials(accountSID: project.accountSID, authToken: project.authToken.reveal()),
            configuration: settings.twilio, transport: transport)
        let calls = TwilioCalls(client: client, project: project)
        let store = BridgeStore(bus: bus)
        let events = BridgeEvents(dispositions: settings.dispositions, now: { WallClock.now() })
        let directory = AgentDirectory(
            store: store, calls: calls, settings: settings, events: events, logger: host.logger)
        let desk = BridgeDesk(
            store: store, settings: settings, events: events, finder: finder,
            metrics: CRMMetrics(registry: host.metrics), logger: host.logger, now: { WallClock.now() })
        let dials = DialDesk(desk: desk, calls: calls, agents: directory, logger: host.logger)
        return (
            [AgentRoutes(desk: desk, dials: dials, agents: directory, logger: host.logger)],
            [
                TransportService(transport: transport),
                BridgeConsumer(bus: bus, desk: desk, dials: dials, agents: directory, logger: host.logger),
                CheckConsumer(bus: bus, desk: desk, dials: dials, logger: host.logger),
                WrapUpConsumer(bus: bus, desk: desk, calls: calls),
            ]
        )
    }
}
