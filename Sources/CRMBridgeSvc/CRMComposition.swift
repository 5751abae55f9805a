import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle
import TwilioREST

/// Puts the parts of CRMBridgeSvc together: the one place that names them all.
struct CRMComposition {
    let host: ServiceHost
    let settings: CRMSettings
    let bus: BusConnection

    /// Everything that runs, in the order of dependency.
    func all() -> [any Service] {
        let connector = ConnectorParts(host: host, settings: settings, bus: bus)
        let api = CRMAPI(routes: [connector.routes], bus: bus, logger: host.logger)
        return connector.services + [api]
    }
}
