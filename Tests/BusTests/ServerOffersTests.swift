import Testing
import Wire

@testable import Bus

/// What the Broker is told of the servers of one process.
@Suite struct ServerOffersTests {
    private var offers = ServerOffers()

    private func server(_ id: UInt32, _ service: String, _ concurrency: Int) -> Server {
        Server(id: id, request: ServeRequest(service: service, concurrency: concurrency))
    }

    private func serve(_ service: String, _ concurrency: Int, _ server: UInt32) -> ServerOffers.Action {
        .serve(ServeRequest(service: service, concurrency: concurrency), server: server)
    }

    @Test("servers of one service add up, and the service is taken back with the last")
    mutating func addUp() {
        let (first, second, other) = (server(1, "s", 4), server(2, "s", 3), server(3, "t", 1))
        #expect(offers.update([first]) == [serve("s", 4, 1)])
        #expect(offers.update([first]) == [])
        #expect(offers.update([first, second, other]) == [serve("s", 7, 2), serve("t", 1, 3)])
        first.stop()
        #expect(offers.update([first, second, other]) == [serve("s", 3, 2)])
        #expect(offers.update([second]) == [.unserve(service: "t", server: 3)])
        second.stop()
        #expect(offers.update([second]) == [.unserve(service: "s", server: 2)])
        #expect(offers.update([]) == [])
    }

    @Test("one server that takes another one's place changes nothing for the Broker")
    mutating func replaced() {
        let first = server(1, "s", 4)
        _ = offers.update([first])
        first.stop()
        #expect(offers.update([first, server(2, "s", 4)]) == [])
    }

    @Test("in the next session everything is offered again, and never more than the Broker takes")
    mutating func again() {
        let servers = [server(1, "s", 1_000), server(2, "s", 1_000)]
        #expect(offers.update(servers) == [serve("s", 1_024, 2)])
        offers.lost()
        #expect(offers.update(servers) == [serve("s", 1_024, 2)])
    }

    @Test("a call goes to a worker that waits before it queues behind another")
    func idleFirst() async {
        let server = server(1, "s", 1)
        let call = Server.IncomingCall(ref: 1, session: 1, payload: [])
        #expect(!server.accept(call, onlyIdle: true))
        #expect(server.accept(call, onlyIdle: false))
        #expect(!server.accept(call, onlyIdle: false), "it takes one at once")
        #expect(await server.next()?.ref == 1)
    }
}
