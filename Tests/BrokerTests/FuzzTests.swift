import TestSupport
import Testing
import Wire

@testable import Broker

/// Whatever bytes arrive, the Broker answers or ignores them, and goes on.
@Suite struct FuzzTests {
    @Test(
        "random frames of every type never trap, and every answer can be decoded", arguments: 1...12)
    func random(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let broker = Harness()
        let client = broker.connect()
        let subscription = broker.join(client, "g", GroupConfig(filters: [">"]))
        broker.post(client, .credit, Frames.credit(subscription, events: 50))
        for _ in 0..<120 {
            for type in UInt8.min...UInt8.max
            where FrameType(rawValue: type) != nil || generator.oneIn(40) {
                guard type != FrameType.hello.rawValue, type != FrameType.goodbye.rawValue else { continue }
                broker.post(client, frame: frame(type, client.session, subscription, &generator))
            }
            broker.turns(limit: 5)
            client.inbox = []
        }
        #expect(broker.garbage.isEmpty, "seed \(seed): \(broker.garbage.prefix(3))")
        #expect(broker.stopped == nil)
        guard case .pong = broker.ask(client, .ping) else {
            Issue.record("seed \(seed): the Broker does not answer any more")
            return
        }
        let disk = broker.log.disk
        #expect(StateDescription(Harness.recover(disk, nil), disk: disk).groups.keys.contains("g"))
    }

    private func frame(
        _ type: UInt8, _ session: UInt32, _ subscription: UInt32, _ generator: inout SeededGenerator
    ) -> [UInt8] {
        var body = template(type, subscription, &generator)
        for _ in 0..<generator.int(0...4) where !body.isEmpty {
            let place = generator.int(0...body.count - 1)
            body[place] = [0, 1, 2, 0x7F, 0xFF, UInt8(generator.int(0...255))][generator.int(0...5)]
        }
        if generator.oneIn(4) { body.removeLast(generator.int(0...body.count)) }
        if generator.oneIn(6) { body += generator.bytes(generator.int(0...30)) }
        var frame: [UInt8] = [generator.oneIn(50) ? 9 : 1, type, 0, 0]
        frame.put(u32: generator.oneIn(30) ? UInt32(generator.int(0...9)) : session)
        frame.put(u64: [0, 1, UInt64(generator.int(0...60)), .max][generator.int(0...3)])
        frame += body
        if generator.oneIn(60) { frame = Array(frame.prefix(generator.int(0...16))) }
        return frame
    }

    private func template(_ type: UInt8, _ subscription: UInt32, _ generator: inout SeededGenerator)
        -> [UInt8]
    {
        let write = MapWrite(.put, map: "m", key: "k", value: [1], expectedRevision: 0, ttl: 5)
        let outcome = Outcome(
            delivery: UInt64(1) << 40 | UInt64(generator.int(0...40)), kind: .nak, reason: "why")
        switch FrameType(rawValue: type) {
        case .publish:
            return Frames.publish([SampleEvent("k", id: "/s\n\(generator.int(0...9))"), SampleEvent()])
        case .credit: return Frames.credit(subscription, events: 5, bytes: 500)
        case .settle:
            return generator.oneIn(2)
                ? Frames.settle(subscription, [outcome])
                : Frames.settle(
                    subscription, [outcome], atomic: true, publishes: [SampleEvent()], writes: [write])
        case .call: return Frames.call("s", payload: [1, 2])
        case .reply: return Frames.reply(.ok, payload: [1])
        case .mapGet: return Frames.mapGet("m", "k")
        case .mapList: return Frames.mapList(.init(map: "m", prefix: "k", after: "a", limit: 5))
        case .join: return Frames.join("h\(generator.int(0...3))", GroupConfig(filters: ["task.*"]))
        case .serve: return ControlJSON.encode(ServeRequest(service: "s", concurrency: 2))
        case .read:
            return ControlJSON.encode(
                ReadRequest(offset: UInt64(generator.int(0...50)), filters: ["a.*"]))
        case .admin:
            let operations: [AdminRequest.Operation] = [
                .info, .groups, .deadList, .deadRetry, .deadDrop, .confirmClock,
            ]
            return ControlJSON.encode(AdminRequest(operations[generator.int(0...5)], group: "g"))
        default: return generator.bytes(generator.int(0...24))
        }
    }

    @Test(
        "a malformed frame is answered with a code and its ref",
        arguments: [
            FrameType.publish, .settle, .credit, .leave, .call, .reply, .mapGet, .mapList, .read, .serve,
        ])
    func malformed(type: FrameType) {
        let broker = Harness()
        let client = broker.connect()
        let code = broker.ask(client, type, ref: 77, [0xFF])?.code
        #expect(code == "wire.truncated" || code == "wire.malformed", "\(String(describing: code))")
        #expect(broker.core.statistics.malformed == 1)
    }

    @Test(
        "messages that only the Broker sends are unknown from a client",
        arguments: [
            FrameType.welcome, .pong, .close, .published, .joined, .deliver, .settled, .revoked, .replied,
            .request,
            .mapValue, .mapEntries, .records, .slices, .done, .failure,
        ])
    func brokersOwn(type: FrameType) {
        let broker = Harness()
        #expect(broker.ask(broker.connect(), type)?.code == "wire.unknown_type")
    }
}
