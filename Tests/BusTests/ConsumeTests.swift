import Logging
import Synchronization
import Testing
import Wire

@testable import Bus

@Suite(.timeLimit(.minutes(1)))
struct ConsumeTests {
    @Test func `deliveries are handled in order per key and acknowledged`() async throws {
        let broker = try FakeBroker(path: socketPath()) { header, _, reply in
            guard header.type == .credit, reply.broker.state.withLock({ $0.outcomes.isEmpty }) else { return false }
            let deliveries = (0..<60 as Range<UInt64>).map { (id: $0 + 1, offset: $0, key: "key-\($0 % 3)") }
            reply.send(deliverFrame(subscription: 1, deliveries).inSession(reply.session))
            return true
        }
        defer { broker.stop() }
        let handled = Record<(String, UInt64)>()
        let all = try await withConnection(broker.path) { bus in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await bus.consume(group: "g", config: GroupConfig(filters: [">"])) { delivery in
                        await Task.yield()
                        handled.add((delivery.key, delivery.offset))
                        return .ack
                    }
                }
                let all = await handled.first(60)
                group.cancelAll()
                try await group.waitForAll()
                return all
            }
        }
        for key in 0..<3 {
            let offsets = all.filter { $0.0 == "key-\(key)" }.map(\.1)
            #expect(offsets == offsets.sorted() && offsets.count == 20)
        }
        #expect(broker.state.withLock { Set($0.outcomes.map(\.delivery)) } == Set(1...60))
        #expect(broker.state.withLock { $0.frames.last { $0 != .ping } } == .goodbye)
    }

    @Test func `a handler that throws naks with the code of its error`() async throws {
        let settled = Record<Outcome>()
        let broker = try FakeBroker(path: socketPath()) { header, body, reply in
            if header.type == .credit {
                reply.send(deliverFrame(subscription: 1, [(1, 0, "k")]).inSession(reply.session))
                return true
            }
            if header.type == .settle,
                let settle = body.withUnsafeBytes({ bytes in (try? SettleBody(bytes)).map { $0.outcomes } })
            {
                for outcome in settle { settled.add(outcome) }
            }
            return false
        }
        defer { broker.stop() }
        try await withConnection(broker.path) { bus in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await bus.consume(group: "g", config: nil) { _ in throw BusError.timedOut }
                }
                #expect(await settled.first(1) == [Outcome(delivery: 1, kind: .nak, reason: "bus.timed_out")])
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test func `a delivery that is taken back cancels its handler, and its outcome is not sent`() async throws {
        let broker = try FakeBroker(path: socketPath()) { header, _, reply in
            guard header.type == .credit else { return false }
            if reply.broker.state.withLock({ $0.frames.filter { $0 == .credit }.count }) == 1 {
                reply.send(deliverFrame(subscription: 1, [(1, 0, "k")]).inSession(reply.session))
            }
            return true
        }
        defer { broker.stop() }
        let events = Record<String>()
        try await withConnection(broker.path) { bus in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await bus.consume(group: "g", config: nil) { delivery in
                        events.add("began \(delivery.id)")
                        if delivery.id == 1 {
                            await withTaskCancellationHandler {
                                try? await Task.sleep(for: .seconds(3_600))
                            } onCancel: {
                                events.add("cancelled")
                            }
                        }
                        return .ack
                    }
                }
                #expect(await events.first(1) == ["began 1"])
                var body: [UInt8] = []
                body.put(u32: 1)
                body.put(u32: 1)
                body.put(u64: 1)
                broker.inject(.revoked, body)
                #expect(await events.first(1) == ["cancelled"])
                broker.inject(
                    .deliver, Array(deliverFrame(subscription: 1, [(2, 0, "k")]).dropFirst(FrameHeader.byteCount)))
                #expect(await events.first(1) == ["began 2"])
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(broker.state.withLock { $0.outcomes.map(\.delivery) } == [2])
    }

    @Test func `a group is joined again after a reconnect, and a handler of the lost session is cancelled`()
        async throws
    {
        let path = socketPath()
        let script: FakeBroker.Script = { header, _, reply in
            guard header.type == .credit else { return false }
            reply.send(deliverFrame(subscription: 1, [(1, 0, "k")]).inSession(reply.session))
            return true
        }
        let first = try FakeBroker(path: path, script: script)
        let events = Record<String>()
        let runs = Counter()
        try await withConnection(path) { bus in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await bus.consume(group: "g", config: nil) { _ in
                        guard runs.next() == 1 else {
                            events.add("again")
                            return .ack
                        }
                        events.add("began")
                        try? await Task.sleep(for: .seconds(3_600))
                        events.add("cancelled")
                        return .ack
                    }
                }
                #expect(await events.first(1) == ["began"])
                first.stop()
                let second = try FakeBroker(path: path, epoch: 2, script: script)
                defer { second.stop() }
                #expect(await events.first(2) == ["cancelled", "again"])
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(first.state.withLock { $0.outcomes.isEmpty })
    }

    @Test func `after a failed settle the old subscription is left before the group is joined anew`() async throws {
        let (joins, left) = (Counter(), Record<UInt32>())
        let broker = try FakeBroker(path: socketPath()) { header, body, reply in
            let subscription = body.withUnsafeBytes { $0.count < 4 ? 0 : $0.u32(at: 0) }
            switch header.type {
            case .join:
                let number = UInt32(joins.next())
                let joined = Joined(
                    subscription: number, group: "g", config: GroupConfig(filters: [">"]), floor: 0)
                reply.answer(.joined, ref: header.ref, ControlJSON.encode(joined))
                if number == 2 { left.add(0) }
            case .credit:
                let id = UInt64(subscription)
                reply.send(deliverFrame(subscription: subscription, [(id, id, "k")]).inSession(reply.session))
            case .settle where subscription == 1:
                reply.fail(header.ref, "group.unknown")
                // The old subscription has credit until it is left.
                reply.send(deliverFrame(subscription: 1, [(99, 99, "zombie")]).inSession(reply.session))
            case .leave:
                left.add(subscription)
                return false
            default: return false
            }
            return true
        }
        defer { broker.stop() }
        let handled = Record<UInt64>()
        try await withConnection(broker.path) { bus in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await bus.consume(group: "g", config: nil) { delivery in
                        handled.add(delivery.id)
                        return .ack
                    }
                }
                #expect(await handled.first(2) == [1, 2])
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(await left.first(3) == [1, 0, 2], "0 stands for the second join")
        #expect(broker.state.withLock { $0.outcomes.map(\.delivery) } == [2])
    }

    @Test func `a join that is rejected ends the consumer with the reason`() async throws {
        let broker = try FakeBroker(path: socketPath()) { header, _, reply in
            guard header.type == .join else { return false }
            reply.fail(header.ref, "group.config_differs")
            return true
        }
        defer { broker.stop() }
        try await withConnection(broker.path) { bus in
            let error = await #expect(throws: BusError.self) {
                try await bus.consume(group: "g", config: GroupConfig(filters: [">"])) { _ in .ack }
            }
            #expect(error?.code == "group.config_differs")
        }
    }
}
