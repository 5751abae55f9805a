import Hosting

/// The durable bus: journal, groups, maps, calls, tap.
@main
struct BrokerMain {
    static func main() async {
        await ServiceHost.run(name: "patchbay-broker", settings: BrokerSettings.self) { host, settings in
            [BrokerService(host: host, settings: settings)]
        }
    }
}
