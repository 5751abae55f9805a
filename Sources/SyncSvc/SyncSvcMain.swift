import Bus
import Hosting
import Logging

/// Composes SyncSvc: it keeps two messaging projects and their workers in step.
@main
struct SyncSvcMain {
    static func main() async {
        await ServiceHost.run(name: "patchbay-sync", settings: SyncSettings.self) { host, settings in
            let bus = BusConnection(
                BusConfiguration(
                    socketPath: host.runDirectory.busSocket, role: "service",
                    client: "\(host.name)/\(BuildInfo.version)", instance: host.label),
                logger: host.logger)
            host.health.check("bus") { bus.state.welcome == nil ? "no session with the Broker" : nil }
            guard let sides = settings.sides else {
                host.logger.notice("No sides are configured (sync.sides): there is nothing to keep in step")
                return [bus]
            }
            return [bus] + SyncComposition(host: host, settings: settings, sides: sides, bus: bus).all()
        }
    }
}
