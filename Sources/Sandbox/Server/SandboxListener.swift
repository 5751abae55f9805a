import Hosting
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// Listens for HTTP on one event loop, on which everything else of the Sandbox happens too.
///
/// One thread: a request is read, its change made and its answer written without a hop between threads, and changes of
/// all projects come one after the other.
struct SandboxListener: Service {
    let settings: SandboxSettings
    let metrics: MetricsRegistry
    let logger: Logger
    /// Hears of the port once it listens.
    var onListening: @Sendable (Int) -> Void = { _ in }
    /// Known from the start: a process that has not begun to listen is not ready.
    private let listening: HealthComponent

    init(settings: SandboxSettings, health: Health, metrics: MetricsRegistry, logger: Logger) {
        self.settings = settings
        self.metrics = metrics
        self.logger = logger
        listening = health.component("http")
    }

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let core = try await loop.submit { [settings, logger, metrics] in
            NIOLoopBound(
                SandboxCore(settings: settings, eventLoop: loop, metrics: metrics, logger: logger), eventLoop: loop)
        }.get()
        let channel: any Channel
        do {
            channel = try await bind(group: group, core: core)
        } catch let error as IOError {
            try? await group.shutdownGracefully()
            throw SandboxError.cannotListen(host: settings.host, port: settings.port, errno: error.errnoCode)
        }
        let port = channel.localAddress?.port ?? settings.port
        try await loop.submit { [settings] in
            core.value.begin(publicURL: settings.publicURL ?? "http://\(settings.host):\(port)")
        }.get()
        logger.info(
            "Standing in for Twilio",
            metadata: [
                LogKeys.address: "\(settings.host)", LogKeys.port: "\(port)",
                LogKeys.count: "\(settings.projects.count)",
            ])
        listening.ready()
        onListening(port)
        await gracefulShutdownOrCancellation()
        try? await channel.close()
        try? await loop.flatSubmit { core.value.end() }.get()
        try await group.shutdownGracefully()
    }

    private func bind(group: MultiThreadedEventLoopGroup, core: NIOLoopBound<SandboxCore>) async throws -> any Channel {
        let limit = settings.maxConnections
        return try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let core = core.value
                    guard core.connections < limit else { throw ChannelError.operationUnsupported }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withPipeliningAssistance: true, withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(HTTPExchangeHandler(core: core))
                }
            }
            .bind(host: settings.host, port: settings.port).get()
    }

    private func gracefulShutdownOrCancellation() async {
        try? await gracefulShutdown()
    }
}
