import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle
import TwilioHosting
import TwilioREST

/// Puts the parts of ExtensionsSvc together: the one place that names them all.
struct ExtensionsComposition {
    let host: ServiceHost
    let settings: ExtensionsSettings
    let bus: BusConnection

    /// Everything that runs, in the order of dependency.
    func all() -> [any Service] {
        let metrics = ExtensionsMetrics(registry: host.metrics)
        let store = DirectoryStore(
            bus: bus, rules: settings.rules, history: settings.history, instance: host.label, metrics: metrics,
            logger: host.logger, now: { WallClock.now() })
        let publisher = PublishRunner(
            store: store, bus: bus, settings: settings.publish, metrics: metrics, logger: host.logger)
        let imports = ImportRunner(store: store, bus: bus, settings: settings.imports, logger: host.logger)
        let api = ExtensionsAPI(
            store: store, publisher: publisher, imports: imports, bus: bus, metrics: metrics, logger: host.logger)
        return provider(store, metrics, api) + [publisher, imports, api]
    }

    /// What speaks to the provider; nothing when no project is configured.
    private func provider(
        _ store: DirectoryStore, _ metrics: ExtensionsMetrics, _ api: ExtensionsAPI
    ) -> [any Service] {
        guard let workers = settings.workers else {
            host.logger.notice(
                "No project is configured (extensions.workers): workers are not known, tokens of Flex are refused")
            return []
        }
        let transport = HTTPTransport(configuration: settings.twilio)
        let client = TwilioClient(
            credentials: TwilioCredentials(accountSID: workers.accountSID, authToken: workers.authToken.reveal()),
            configuration: settings.twilio, transport: transport)
        return [
            TransportService(transport: transport),
            WorkerDirectory(
                client: client, settings: workers, store: store, metrics: metrics, logger: host.logger,
                now: { WallClock.now() }),
            FlexTokenDesk(client: client, bus: bus, logger: host.logger, now: { WallClock.now() }),
            TransferDesk(
                sync: settings.transfer.sync.map { SyncTransfer(client: client, settings: $0) },
                asset: settings.transfer.asset.map { AssetTransfer(client: client, settings: $0) }, api: api,
                store: store, bus: bus, logger: host.logger, now: { WallClock.now() }),
        ]
    }
}
