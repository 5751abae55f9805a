import Bus
import Hosting
import Logging

/// Composes CRMBridgeSvc: agents' interactions, screen pops, dialling and the CRM's activities.
@main
struct CRMBridgeSvcMain {
    static func main() async {
        await ServiceHost.run(name: "patchbay-crm", settings: CRMSettings.self) { host, settings in
            let bus = BusConnection(
                BusConfiguration(
                    socketPath: host.runDirectory.busSocket, role: "service",
                    client: "\(host.name)/\(BuildInfo.version)", instance: host.label),
                logger: host.logger)
            return [bus] + CRMComposition(host: host, settings: settings, bus: bus).all()
        }
    }
}
