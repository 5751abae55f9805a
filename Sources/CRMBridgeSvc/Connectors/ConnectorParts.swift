import Bus
import Events
import Hosting
import ServiceLifecycle

/// What the connector's side gives to the rest: how contacts are found, its paths of `crm.api`, and what it runs.
struct ConnectorParts {
    let finder: any ContactFinder
    let routes: any CRMRoutes
    let services: [any Service]

    init(host: ServiceHost, settings: CRMSettings, bus: BusConnection) {
        finder = NoContacts()
        routes = NoRoutes()
        services = []
    }
}

/// Before there is a connector: nobody is found.
private struct NoContacts: ContactFinder {
    func find(_ query: ContactQuery, limit: Int) async -> ContactMatches { ContactMatches() }
}

private struct NoRoutes: CRMRoutes {
    func answer(_ request: CRMRequest) async throws -> CRMReply? { nil }
}
