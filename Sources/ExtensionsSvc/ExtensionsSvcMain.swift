import Bus
import Hosting
import Logging

/// Composes ExtensionsSvc: the directory of agents' extensions, from draft to publication.
@main
struct ExtensionsSvcMain {
    static func main() async {
        await ServiceHost.run(name: "patchbay-extensions", settings: ExtensionsSettings.self) { host, settings in
            let bus = BusConnection(
                BusConfiguration(
                    socketPath: host.runDirectory.busSocket, role: "service",
                    client: "\(host.name)/\(BuildInfo.version)", instance: host.label),
                logger: host.logger)
            return [bus] + ExtensionsComposition(host: host, settings: settings, bus: bus).all()
        }
    }
}
