import Bus
import Hosting

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
            return [bus]
        }
    }
}
