import Hosting

/// Composes the Sandbox: it stands in for the clouds on a laptop and in tests.
@main
struct SandboxMain {
    static func main() async {
        await ServiceHost.run(name: "patchbay-sandbox", settings: SandboxSettings.self) { host, settings in
            [SandboxListener(settings: settings, health: host.health, metrics: host.metrics, logger: host.logger)]
        }
    }
}
