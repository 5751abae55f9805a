public import ServiceLifecycle
public import TwilioREST

/// Closes a process's connections to the providers at its end; to be added before whatever uses them.
public struct TransportService: Service {
    private let transport: HTTPTransport

    public init(transport: HTTPTransport) { self.transport = transport }

    public func run() async throws {
        try? await gracefulShutdown()
        await transport.shutdown()
    }
}
