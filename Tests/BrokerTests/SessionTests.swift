import Testing
import Wire

@testable import Broker

/// Hello, roles, heartbeats and ends.
@Suite struct SessionTests {
    private func hello(
        _ broker: Harness, role: String = "service", uid: UInt32 = Harness.guestUID,
        versions: [Int] = [1],
        epoch: UInt64? = nil
    ) -> Message? {
        let client = broker.open(uid: uid)
        let hello = Hello(versions: versions, role: role, client: "c", instance: "i", epoch: epoch)
        broker.post(client, .hello, ControlJSON.encode(hello))
        broker.turns()
        return client.takeAll().first
    }

    @Test("a welcome tells epoch, end and limits")
    func welcome() {
        let broker = Harness(epoch: 5, end: 42)
        guard case .welcome(let welcome) = hello(broker) else {
            Issue.record("not welcome")
            return
        }
        #expect(welcome.epoch == 5 && welcome.end == 42 && welcome.version == 1)
        #expect(welcome.limits == BrokerLimits().announced)
        #expect(welcome.session != 0)
    }

    @Test(
        "who may take which role is configuration; root and the own user may take any",
        arguments: [
            ("service", Harness.guestUID, true), ("operator", Harness.guestUID, false),
            ("operator", 0, true),
            ("operator", Harness.ownUID, true), ("nobody", 0, false), ("service", 3_000, false),
            ("service", .max, false),
        ] as [(String, UInt32, Bool)])
    func roles(role: String, uid: UInt32, isAllowed: Bool) {
        let answer = hello(Harness(), role: role, uid: uid)
        if isAllowed {
            guard case .welcome = answer else {
                Issue.record("\(String(describing: answer))")
                return
            }
        } else {
            #expect(answer?.code == "session.role")
        }
    }

    @Test("without a common version, with a newer epoch, or over max_sessions there is no session")
    func refused() {
        #expect(hello(Harness(), versions: [2, 3])?.code == "session.version")
        #expect(hello(Harness(), versions: [])?.code == "session.version")
        #expect(hello(Harness(epoch: 4), epoch: 5)?.code == "session.epoch")
        #expect(hello(Harness(epoch: 4), epoch: 4)?.code == nil)
        var limits = BrokerLimits()
        limits.maxSessions = 1
        let broker = Harness(limits: limits)
        #expect(hello(broker)?.code == nil)
        #expect(hello(broker)?.code == "session.limit")
    }

    @Test("each role may do what it may and nothing else")
    func permissions() {
        let allowed: [String: Set<FrameType>] = [
            "observer": [.read], "publisher": [.publish, .resume], "consumer": [.join, .leave],
        ]
        let requests: [(FrameType, UInt64?, [UInt8])] = [
            (.publish, 1, Frames.publish([])), (.resume, 1, []), (.join, nil, Frames.join("g", nil)),
            (.leave, nil, Frames.leave(1)), (.call, nil, Frames.call("s")),
            (.serve, nil, ControlJSON.encode(ServeRequest(service: "s", concurrency: 1))),
            (.mapGet, nil, Frames.mapGet("m", "k")), (.mapList, nil, Frames.mapList(.init(map: "m"))),
            (.read, nil, ControlJSON.encode(ReadRequest())),
            (.admin, nil, ControlJSON.encode(AdminRequest(.confirmClock))),
        ]
        for (role, may) in allowed {
            let broker = Harness()
            let client = broker.connect(role, uid: Harness.guestUID)
            for (type, ref, body) in requests {
                let isForbidden = broker.ask(client, type, ref: ref, body)?.code == "session.forbidden"
                #expect(isForbidden == !may.contains(type), "\(role) \(type)")
            }
        }
    }

    @Test(
        "a frame of a session that is not this connection's is told so",
        arguments: [FrameType.ping, .publish, .settle])
    func unknownSession(type: FrameType) {
        let broker = Harness()
        let client = broker.connect()
        let right = client.session
        for session in [0, right + 1, .max] {
            client.session = session
            #expect(broker.ask(client, type)?.code == "session.unknown")
        }
    }

    @Test("sessions of two runs have different numbers")
    func runs() {
        #expect(Harness(epoch: 1).connect().session != Harness(epoch: 2).connect().session)
    }

    @Test("three missed heartbeats end a session, any frame keeps it")
    func heartbeat() {
        let broker = Harness()
        let silent = broker.connect()
        let alive = broker.connect()
        for _ in 0..<40 {
            broker.post(alive, .ping)
            broker.advance(milliseconds: 100)
        }
        #expect(silent.isClosed)
        #expect(silent.takeAll().last?.code == "session.expired")
        #expect(!alive.isClosed)
        #expect(broker.core.statistics.expiredSessions == 1)
    }

    @Test("a second hello on a connection ends its first session")
    func helloAgain() {
        let broker = Harness()
        let client = broker.connect()
        let first = client.session
        broker.post(
            client, .hello, ControlJSON.encode(Hello(role: "operator", client: "c", instance: "i")))
        broker.turns()
        #expect(client.session != first)
        #expect(broker.core.sessions.count == 1)
    }

    @Test("goodbye gives deliveries back without an attempt, a lost connection counts one")
    func goingAway() {
        for isOrderly in [true, false] {
            let broker = Harness()
            let client = broker.connect()
            var config = GroupConfig(filters: [">"])
            config.backoffMs = []
            let subscription = broker.join(client, "g", config)
            broker.post(client, .credit, Frames.credit(subscription))
            _ = broker.publish(client, [SampleEvent()])
            #expect(client.takeDeliveries().count == 1)
            if isOrderly {
                broker.post(client, .goodbye)
                broker.turns()
            } else {
                broker.drop(client)
            }
            let other = broker.connect()
            let again = broker.join(other, "g", nil)
            broker.post(other, .credit, Frames.credit(again))
            broker.advance(milliseconds: 50)
            #expect(other.takeDeliveries().map(\.attempt) == [isOrderly ? 1 : 2])
        }
    }

    @Test("calls pass through without the disk, and end with their server")
    func calls() {
        let broker = Harness(isImmediate: false)
        let server = broker.connect()
        let caller = broker.connect()
        _ = broker.ask(server, .serve, ControlJSON.encode(ServeRequest(service: "s", concurrency: 2)))
        let first = broker.post(caller, .call, Frames.call("s", payload: [1]))
        let second = broker.post(caller, .call, Frames.call("s", payload: [2]))
        broker.turns()
        var numbers: [UInt64] = []
        for case .request(let number, "s", _, _) in server.takeAll() { numbers.append(number) }
        #expect(numbers.count == 2)
        broker.post(server, .reply, ref: numbers[0], Frames.reply(.ok, payload: [9]))
        broker.turns()
        guard case .replied(.ok, [9]) = caller.take(first) else {
            Issue.record("no reply")
            return
        }
        broker.drop(server)
        broker.turns()
        guard case .replied(.unknown, _) = caller.take(second) else {
            Issue.record("the caller was not told")
            return
        }
    }

    @Test("a call out of range is refused", arguments: [0, 30_001, UInt32.max])
    func callDeadline(ms: UInt32) {
        let broker = Harness()
        let client = broker.connect()
        #expect(broker.ask(client, .call, Frames.call("s", deadlineMs: ms))?.code == "call.deadline")
    }
}
