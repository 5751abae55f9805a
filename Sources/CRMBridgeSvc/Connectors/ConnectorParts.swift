import Bus
import Events
import Hosting
import Phone
import ServiceLifecycle
import TwilioHosting
import TwilioREST

/// What the connector's side gives to the rest: how contacts are found, its paths of `crm.api`, and what it runs.
struct ConnectorParts {
    let finder: any ContactFinder
    let routes: [any CRMRoutes]
    let services: [any Service]

    init(host: ServiceHost, settings: CRMSettings, bus: BusConnection) {
        let own = settings.connector
        let now: @Sendable () -> Timestamp = { Timestamp(unixNanoseconds: SystemTime.unixNanoseconds()) }
        let store = BusStateStore(bus: bus)
        let builtin = BuiltinConnector(
            store: store, region: own.country, activityAge: own.activities.age, now: now)
        var transports: [any Service] = []
        var crm: any CRMConnector = builtin
        if own.kind == .http {
            var configuration = TwilioConfiguration()
            configuration.maxConcurrency = max(1, own.http.maxConcurrency / HTTPTransport.accounts)
            let transport = HTTPTransport(configuration: configuration)
            transports = [TransportService(transport: transport)]
            crm = HTTPConnector(settings: own.http, transport: transport)
        }
        if own.kind == .dynamics {
            var configuration = TwilioConfiguration()
            configuration.maxConcurrency = max(1, own.dynamics.maxConcurrency / HTTPTransport.accounts + 1)
            let transport = HTTPTransport(configuration: configuration)
            let tokens = DataverseTokens(settings: own.dynamics, transport: transport, logger: host.logger)
            let lane = LaneMachine(maxActive: own.dynamics.maxConcurrency, maxWaiting: DataverseLane.maxWaiting)
            let dynamics = DynamicsConnector(
                settings: own.dynamics, home: own.country,
                client: DataverseClient(
                    settings: own.dynamics, transport: transport, tokens: tokens, lane: DataverseLane(lane)),
                identities: StoredIdentities(store: BridgeStore(bus: bus)), logger: host.logger)
            transports = [
                TransportService(transport: transport), tokens,
                IncidentColumns(table: dynamics.incidentTable, columns: own.dynamics.caseColumns, logger: host.logger),
            ]
            crm = dynamics
        }
        let connector = GuardedConnector(crm, registry: host.metrics)
        let metrics = ActivityMetrics(registry: host.metrics)
        let outbox = OutboxView(store: store)
        finder = ConnectorFinder(connector: connector, limit: own.lookupTimeout, logger: host.logger)
        let studio = ConnectorFinder(connector: connector, limit: own.studioTimeout, logger: host.logger)
        routes = [
            ConnectorRoutes(connector: connector, builtin: builtin, store: store, outbox: outbox, now: now),
            StudioRoutes(connector: connector, finder: studio, region: own.country?.code),
        ]
        services =
            transports + [
                ActivityWriter(
                    bus: bus, store: store, connector: connector, settings: own.activities, metrics: metrics,
                    logger: host.logger, now: now),
                OutboxWatch(outbox: outbox, metrics: metrics, logger: host.logger, now: now),
            ]
    }
}
