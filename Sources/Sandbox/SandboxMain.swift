import Hosting

/// Composes the Sandbox: it stands in for the clouds on a laptop and in tests.
@main
struct SandboxMain {
    static func main() async {
        await ServiceHost.run(name: "patchbay-sandbox", settings: SandboxSettings.self) { _, _ in [] }
    }
}
