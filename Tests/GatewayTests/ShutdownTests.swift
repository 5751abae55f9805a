import HTTPTypes
import Hosting
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Testing

@testable import Gateway

@Suite("Graceful shutdown", .timeLimit(.minutes(1)))
struct ShutdownTests {
    @Test("A webhook in flight is answered, idle connections are closed, and the server ends")
    func requestsInFlightAreFinished() async throws {
        let publisher = FakePublisher(.hold)
        let gateway = try TestGateway(publisher: publisher, "listen: {host: 127.0.0.1, port: 0}")
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        var server = gateway.server
        server.onListening = { port.yield($0) }
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server.application)], logger: gateway.log.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let number = try #require(await ports.first { _ in true })
            try await RawClient.connect(port: number) { idle in
                try await RawClient.connect(port: number) { busy in
                    try await busy.send(Webhook().http())
                    await publisher.waitForEvents(1)
                    await group.triggerGracefulShutdown()
                    #expect(await idle.receive().isEmpty)
                    publisher.release(.accepted)
                    #expect(await busy.receive().hasPrefix("HTTP/1.1 204"))
                }
            }
            try await tasks.waitForAll()
        }
    }

    @Test("A port that is taken is named, and ends the process as something another one owns")
    func takenPortIsNamed() async throws {
        let gateway = try TestGateway("listen: {host: 127.0.0.1, port: 0}")
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        var server = gateway.server
        server.onListening = { port.yield($0) }
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server.application)], logger: gateway.log.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let number = try #require(await ports.first { _ in true })
            let second = try TestGateway("listen: {host: 127.0.0.1, port: \(number)}")
            let listener = try #require(second.server.services.first { $0 is HTTPListener })
            await #expect(throws: GatewayError.addressInUse(host: "127.0.0.1", port: number)) {
                try await listener.run()
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(GatewayError.addressInUse(host: "", port: 1).exitCode == .alreadyOwned)
    }
}
