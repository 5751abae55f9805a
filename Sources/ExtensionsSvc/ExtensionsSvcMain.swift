import Bus
import Hosting

/// Composes ExtensionsSvc: the directory of agents' extensions, from draft to publication.
@main
struct ExtensionsSvcMain {
    static func main() async {
        await ServiceHost.run(name: "patchbay-extensions", settings: ExtensionsSettings.self) { host, _ in
            [
                BusConnection(
                    BusConfiguration(
                        socketPath: host.runDirectory.busSocket, role: "service",
                        client: "\(host.name)/\(BuildInfo.version)", instance: host.label),
                    logger: host.logger)
            ]
        }
    }
}
