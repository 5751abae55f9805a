import Bus
import Hosting

/// Composes the Gateway: the HTTP edge in front of the bus.
@main
struct GatewayMain {
    static func main() async {
        await ServiceHost.run(name: "patchbay-gateway", settings: GatewaySettings.self) { host, settings in
            var configuration = BusConfiguration(
                socketPath: host.runDirectory.busSocket, role: "gateway",
                client: "\(host.name)/\(BuildInfo.version)", instance: host.label)
            configuration.publishTimeout = settings.limits.publishTimeout
            let bus = BusConnection(configuration, logger: host.logger)
            configuration.unackedPolicy = .fail
            let promptBus = BusConnection(configuration, logger: host.logger)
            let publisher = BusPublisher(bus: bus, timeout: settings.limits.publishTimeout, logger: host.logger)
            let doorbell = Doorbell(tapSocket: host.runDirectory.tapSocket)
            let served = ServedDirectory()
            let follower = DirectoryFollower(
                source: BusDirectorySource(bus: bus, label: host.label, now: WallClock.now), served: served,
                file: DirectoryFile(path: "\(host.common.stateDirectory)/gateway/\(host.label).directory"),
                rings: { doorbell.rings(for: [StreamTopics.directory]) }, registry: host.metrics, logger: host.logger)
            let server = try GatewayServer(
                settings: settings, label: host.label, publisher: publisher, caller: BusCaller(bus: bus),
                dials: BusPromptPublisher(bus: promptBus, timeout: settings.limits.publishTimeout),
                journal: BusJournal(bus: bus, doorbell: doorbell), served: served,
                metrics: host.metrics, health: host.health, adminSockets: host.runDirectory.adminSockets,
                logger: host.logger)
            return [bus, promptBus, publisher, doorbell, follower] + server.services
        }
    }
}
