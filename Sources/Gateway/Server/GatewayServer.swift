import Events
import Hosting
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Twilio

/// Puts the Gateway's HTTP side together, behind nothing but a publisher and a caller.
struct GatewayServer: Sendable {
    let responder: GatewayResponder
    let rejections: RejectionReporter
    let streams: StreamHub
    /// Hears of the port once the server listens.
    var onListening: @Sendable (Int) -> Void = { _ in }
    private let settings: GatewaySettings
    private let connections: ConnectionCount
    private let listening: HealthComponent
    private let logger: Logger

    /// - Parameters:
    ///   - settings: What the configuration says.
    ///   - label: This process among the Gateways.
    ///   - publisher: The bus, for events.
    ///   - caller: The bus, for questions.
    ///   - dials: The bus, for what counts now or never.
    ///   - journal: The bus, for the event stream.
    ///   - served: The directory that lookups are answered from.
    ///   - metrics: The process's own figures.
    ///   - health: Where listening and the bus are reported.
    ///   - adminSockets: Finds the other processes, for `/metrics`.
    ///   - files: Pages, scripts and the OpenAPI document.
    ///   - logger: For everything but requests.
    ///   - now: The wall clock.
    /// - Throws: ``EventError`` when a project's name cannot be part of an event source.
    init(
        settings: GatewaySettings, label: String, publisher: any EventPublisher, caller: any ServiceCaller,
        dials: any PromptPublisher, journal: any EventJournal, served: ServedDirectory = ServedDirectory(),
        metrics: MetricsRegistry,
        health: Health,
        adminSockets: @escaping @Sendable () -> [(label: String, path: String)],
        files: InstalledFiles = .besideExecutable(target: "Gateway", folder: "Web"), logger: Logger,
        now: @escaping @Sendable () -> Timestamp = WallClock.now
    ) throws(EventError) {
        self.settings = settings
        self.logger = logger
        listening = health.component("http")
        health.check("bus") { publisher.availability.reason }
        connections = ConnectionCount(limit: settings.limits.maxConnections, registry: metrics)
        rejections = RejectionReporter(label: label, publisher: publisher, registry: metrics, logger: logger)
        streams = StreamHub(
            journal: journal, maxStreams: settings.api.maxStreams, registry: metrics, logger: logger, now: now)
        let authenticator = Authenticator(settings: settings.auth, caller: caller, logger: logger, now: now)
        responder = GatewayResponder(
            routes: try WebhookRoutes(projects: settings.projects, registry: metrics),
            webhooks: WebhookHandler(
                intake: settings.publicURL.map { WebhookIntake(publicURL: $0, limits: settings.limits.form) },
                limits: settings.limits, publisher: publisher, rejections: rejections, registry: metrics,
                logger: logger, now: now),
            callbacks: CallbackHandler(settings: settings, caller: caller, registry: metrics),
            availability: AvailabilityHandler(settings: settings, caller: caller, registry: metrics, now: now),
            lookups: LookupHandler(settings: settings, served: served, registry: metrics, now: now),
            voice: VoiceHandler(settings: settings, registry: metrics),
            studio: StudioHandler(settings: settings, caller: caller, registry: metrics, now: now),
            api: ApiHandler(
                settings: settings, authenticator: authenticator, caller: caller,
                dials: DialHandler(publisher: dials, settings: settings.panel, now: now), streams: streams,
                registry: metrics),
            sample: SampleHandler(
                settings: settings, authenticator: authenticator, served: served, caller: caller),
            files: StaticPages(
                files: files, developmentURL: settings.auth.developmentURL, framedBy: settings.panel.origins,
                cifOrigins: settings.panel.cifOrigins),
            pages: StatusPages(
                settings: settings, health: health, publisher: publisher,
                scraper: MetricsScraper(ownLabel: label, registry: metrics, sockets: adminSockets),
                caller: caller))
    }

    /// The HTTP server; it stops listening on graceful shutdown and ends when the requests in flight are answered.
    var application: some ApplicationProtocol {
        let limits = settings.limits
        let connections = connections
        let direct = responder.lookups
        // Hummingbird copies its logger for each request; it has nothing to say about them that is worth that.
        let quiet = Logger(label: "http") { _ in QuietLogHandler(base: logger) }
        return Application(
            responder: responder,
            server: HTTPServerBuilder { responder in
                GuardedHTTP1(responder: responder, direct: direct, limits: limits, connections: connections)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), backlog: 1_024,
                availableConnectionsDelegate: .maximum(
                    limits.maxConnections + ConnectionCount.refusable, logger: quiet)),
            onServerRunning: { [logger, listening, settings, onListening] channel in
                logger.info(
                    "Listening for webhooks",
                    metadata: [
                        LogKeys.address: "\(settings.host)", LogKeys.port: "\(channel.localAddress?.port ?? 0)",
                        LogKeys.count: "\(settings.projects.count)",
                    ])
                listening.ready()
                onListening(channel.localAddress?.port ?? 0)
            },
            logger: quiet)
    }

    /// The services in the order in which they depend on each other; behind the publisher's.
    var services: [any Service] {
        [rejections, HTTPListener(server: application, host: settings.host, port: settings.port), streams]
    }
}
