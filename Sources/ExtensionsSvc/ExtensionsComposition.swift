import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle

/// Puts the parts of ExtensionsSvc together: the one place that names them all.
struct ExtensionsComposition {
    let host: ServiceHost
    let settings: ExtensionsSettings
    let bus: BusConnection

    /// Everything that runs, in the order of dependency.
    func all() -> [any Service] {
        let store = DirectoryStore(
            bus: bus, rules: settings.rules, history: settings.history, instance: host.label, logger: host.logger,
            now: { WallClock.now() })
        let publisher = PublishRunner(store: store, bus: bus, settings: settings.publish, logger: host.logger)
        let api = ExtensionsAPI(
            store: store, publisher: publisher, bus: bus, undoable: settings.undoable, logger: host.logger)
        return [publisher, api]
    }
}

/// The time of day, read where an adapter needs it.
enum WallClock {
    static func now() -> Timestamp { Timestamp(unixNanoseconds: SystemTime.unixNanoseconds()) }
}
