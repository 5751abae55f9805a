internal import CPlatform
internal import Logging
internal import Synchronization
internal import Wire
internal import ZeroMQ

/// The owner thread of a connection: the only one that touches its sockets.
///
/// A turn waits for input, takes in what came, runs the tasks that live here, looks what is due, and sends what waits: all
/// waiting publishes in as few frames as possible, without waiting for more. Everything here stays on the thread.
final class BusLoop {
    typealias Completions = [PublishMachine<PublishWaiter>.Completion]

    /// Makes monitor names unique in the process.
    private static let connections = Atomic<UInt64>(0)
    /// How long libzmq may try to deliver a goodbye after the socket is closed, milliseconds.
    private static let farewellLinger: Int32 = 500

    /// One socket to the Broker: a new one for every attempt, because a DEALER that reconnects would send its old queue.
    private struct Link {
        let socket: ZeroMQSocket
        let monitor: ZeroMQMonitor
        var poller = ZeroMQPoller()
        let input: Int
        let events: Int
        let wakeUp: Int

        init(path: String, wake: Int32, in context: ZeroMQContext) throws(ZeroMQError) {
            socket = try ZeroMQSocket(.dealer, in: context)
            try socket.set(.linger, 0)
            try socket.set(.reconnectInterval, -1)
            try socket.set(.sendHighWaterMark, BusLimits.socketMessages)
            try socket.set(.receiveHighWaterMark, BusLimits.socketMessages)
            try socket.setMaxMessageBytes(BusLimits.messageBytes)
            let number = BusLoop.connections.wrappingAdd(1, ordering: .relaxed).newValue
            monitor = try ZeroMQMonitor(of: socket, named: "bus-\(number)", in: context)
            input = poller.add(socket)
            events = poller.add(monitor.socket)
            wakeUp = poller.add(descriptor: wake)
            try socket.connect("ipc://\(path)")
        }

        /// Waits for input; whether somebody woke the owner.
        mutating func wait(milliseconds: Int) -> Bool {
            poller.wait(milliseconds: milliseconds)
            return poller.isReadable(wakeUp)
        }

        func close() {
            socket.close()
            monitor.socket.close()
        }
    }

    let core: BusCore
    var machine: SessionMachine
    var now: UInt64 = 0
    /// Consumers by their subscription in this session.
    var subscriptions: [UInt32: Consumer] = [:]
    var consumers: [UInt32: Consumer] = [:]
    var servers: [UInt32: Server] = [:]
    /// Completions of the turn, resumed after each step outside of the locks.
    var completions: Completions = []
    private var offers = ServerOffers()
    private var registryVersion = -1
    private var link: Link?
    private var context: ZeroMQContext?
    private let frame = ZeroMQFrame()
    private var idlePoller = ZeroMQPoller()
    private let idleWakeUp: Int
    private var random = SystemRandomNumberGenerator()
    /// When a consumer wants a look.
    private var consumerDeadline = UInt64.max

    init(_ core: BusCore) {
        self.core = core
        machine = SessionMachine(backoff: core.configuration.connectBackoff)
        idleWakeUp = idlePoller.add(descriptor: core.wake.descriptor)
    }

    /// Runs until the connection is shut down.
    func run() {
        now = cplatform_monotonic_ns()
        core.executor.begin()
        while true {
            core.wake.reset()
            refreshRegistry()
            lookAtSession()
            expire()
            turnConsumers()
            flush()
            if isFinished { break }
            wait()
            receive()
            core.executor.run()
            now = cplatform_monotonic_ns()
        }
        core.executor.end()
        close()
    }

    // MARK: Waiting

    private func wait() {
        let deadline =
            [
                machine.nextDeadline, consumerDeadline, core.requests.withLock { $0.nextDeadline },
                core.publishes.withLock { $0.nextDeadline }, core.stop.withLock { $0.deadline ?? .max },
            ].min() ?? .max
        now = cplatform_monotonic_ns()
        let isDue = deadline <= now || !core.executor.isIdle
        let wait = isDue ? 0 : Int(min((deadline - now + 999_999) / 1_000_000, 3_600_000))
        if let isWoken = link?.wait(milliseconds: wait) {
            core.wake.hold(isReadable: isWoken)
        } else {
            idlePoller.wait(milliseconds: wait)
            core.wake.hold(isReadable: idlePoller.isReadable(idleWakeUp))
        }
        now = cplatform_monotonic_ns()
    }

    /// Takes in what came, at most ``BusLimits/framesPerTurn`` frames, and then the fate of the connection.
    private func receive() {
        guard let link else { return }
        if link.poller.isReadable(link.input) {
            for _ in 0..<BusLimits.framesPerTurn {
                guard self.link?.socket === link.socket, link.socket.receive(into: frame) else { break }
                take(frame.bytes)
                resumeCompletions()
            }
        }
        guard self.link?.socket === link.socket, link.poller.isReadable(link.events) else { return }
        while let event = link.monitor.next() {
            if event == .disconnected { return lose("the connection to \(core.configuration.socketPath) was closed") }
        }
    }

    // MARK: Session

    private func lookAtSession() {
        switch machine.poll(now: now) {
        case .none: break
        case .open: open()
        case .ping: send([UInt8](FrameHeader(.ping, session: machine.session, ref: 0), body: []))
        case .giveUp(let reason): lose(reason)
        }
    }

    private func open() {
        do throws(ZeroMQError) {
            if self.context == nil { self.context = try ZeroMQContext() }
            guard let context else { return }
            link = try Link(path: core.configuration.socketPath, wake: core.wake.descriptor, in: context)
        } catch {
            return lose(error.description)
        }
        let configuration = core.configuration
        let hello = Hello(
            role: configuration.role, client: configuration.client, instance: configuration.instance,
            epoch: machine.epoch)
        send([UInt8](FrameHeader(.hello, session: 0, ref: 0), body: ControlJSON.encode(hello)))
    }

    /// A session begins.
    func begin(_ welcome: Welcome) {
        if let reason = machine.welcomed(welcome, now: now) { return lose(reason) }
        core.logger.info(
            "Connected to the Broker", metadata: ["bus.session": "\(welcome.session)", "bus.epoch": "\(welcome.epoch)"])
        core.publishes.withLock { $0.connected(session: welcome.session, limits: welcome.limits) }
        core.requests.withLock { $0.connected(session: welcome.session, maxFrameBytes: welcome.limits.maxFrameBytes) }
        core.status.set(.connected(welcome))
    }

    /// The session, or the attempt to get one, ended.
    func lose(_ reason: String, refusal: Failure? = nil) {
        link?.close()
        link = nil
        if machine.isConnected {
            core.logger.warning("Lost the Broker", metadata: ["bus.reason": "\(reason)"])
        } else {
            core.logger.debug("No session with the Broker", metadata: ["bus.reason": "\(reason)"])
        }
        machine.lost(now: now, random: random.next())
        core.status.set(.connecting(lastError: reason), refusal: refusal)
        subscriptions = [:]
        offers.lost()
        completions += core.publishes.withLock { $0.lost(reason) }
        resumeCompletions()
        finish(core.requests.withLock { $0.lost() })
        core.replies.withLock { $0 = [] }
        for consumer in consumers.values { consumer.lost() }
        for server in servers.values { server.lost() }
    }

    // MARK: Due work

    private func refreshRegistry() {
        core.registry.withLock { registry in
            guard registry.version != registryVersion else { return }
            registryVersion = registry.version
            consumers = registry.consumers
            servers = registry.servers
        }
        guard machine.isConnected else { return }
        for action in offers.update(servers.values) {
            switch action {
            case .serve(let request, let server):
                let header = FrameHeader(.serve, session: machine.session, ref: FrameReference.ref(ofServer: server))
                send([UInt8](header, body: ControlJSON.encode(request)))
            case .unserve(let service, let server):
                let header = FrameHeader(.unserve, session: machine.session, ref: FrameReference.ref(ofServer: server))
                send([UInt8](header, body: ControlJSON.encode(UnserveRequest(service: service))))
            }
        }
    }

    private func expire() {
        finish(core.requests.withLock { $0.expire(now: now) })
        completions += core.publishes.withLock { $0.expire(now: now) }
        resumeCompletions()
    }

    private func turnConsumers() {
        consumerDeadline = .max
        for consumer in consumers.values {
            let turn = consumer.turn(now: now, session: machine.session)
            consumerDeadline = min(consumerDeadline, turn.deadline)
            for frame in turn.frames { send(frame) }
            if let leave = turn.leave { self.leave(leave) }
            if turn.isGone { consumers[consumer.id] = nil }
        }
    }

    /// Gives a subscription up: what still comes for it is passed over.
    func leave(_ leave: Consumer.Leave) {
        subscriptions[leave.subscription] = nil
        send(leave.frame(session: machine.session))
    }

    /// Sends what waits in the mailboxes.
    private func flush() {
        guard machine.isConnected else { return }
        var takesNew = true
        while let next = core.publishes.withLock({ machine in
            machine.next(now: now, takesNew: takesNew, completions: &completions)
        }) {
            takesNew = false
            switch next {
            case .publish(let bytes): send(bytes)
            case .resume(let ref): send([UInt8](FrameHeader(.resume, session: machine.session, ref: ref), body: []))
            }
        }
        resumeCompletions()
        var late: [BusCore.Requests.Completion] = []
        while let request = core.requests.withLock({ $0.next(now: now, completions: &late) }) { send(request) }
        finish(late)
        let replies = core.replies.withLock { replies in
            defer { replies = [] }
            return replies
        }
        for reply in replies where reply.session == machine.session { send(reply.frame) }
    }

    /// Sends one frame; a Broker that does not read for so long that the socket is full is given up.
    func send(_ bytes: [UInt8]) {
        guard let link else { return }
        switch bytes.withUnsafeBytes({ link.socket.send($0) }) {
        case .sent: machine.sent(now: now)
        case .full, .unroutable: lose("the Broker does not read: \(BusLimits.socketMessages) messages wait")
        case .failed: lose("the socket failed")
        }
    }

    func resumeCompletions() {
        guard !completions.isEmpty else { return }
        for completion in completions { completion.waiter.resume(completion.outcome) }
        completions.removeAll(keepingCapacity: true)
    }

    func finish(_ answered: [BusCore.Requests.Completion]) {
        for completion in answered { completion.waiter.resume(returning: completion.answer) }
    }

    func nextRandom() -> UInt64 { random.next() }

    // MARK: The end

    /// Whether a shutdown was asked for and nothing is left to wait for.
    private var isFinished: Bool {
        let stop = core.stop.withLock { $0 }
        guard let deadline = stop.deadline else { return false }
        if now >= deadline || (stop.isHasty && !machine.isConnected) { return true }
        let isIdle = core.registry.withLock { $0.consumers.isEmpty && $0.servers.isEmpty }
        return isIdle && core.publishes.withLock { $0.isIdle } && core.requests.withLock { $0.isIdle }
    }

    private func close() {
        if machine.isConnected { send([UInt8](FrameHeader(.goodbye, session: machine.session, ref: 0), body: [])) }
        try? link?.socket.set(.linger, Self.farewellLinger)
        link?.close()
        link = nil
        context?.terminate()
        completions += core.publishes.withLock { $0.close() }
        resumeCompletions()
        finish(core.requests.withLock { $0.close() })
        let (consumers, servers) = core.registry.withLock { registry in
            registry.isClosed = true
            registry.isRunning = false
            defer {
                registry.consumers = [:]
                registry.servers = [:]
            }
            return (Array(registry.consumers.values), Array(registry.servers.values))
        }
        for consumer in consumers { consumer.close() }
        for server in servers { server.stop(.closed) }
        core.status.set(.closed)
    }
}
