import CPlatform
import Glibc
import Synchronization
import Wire
import ZeroMQ

/// A Broker made of a ROUTER socket and a script: answers what a test wants, on a thread of its own.
///
/// By default it welcomes, answers pings, accepts publishes, joins and settles. `script` sees each frame first and
/// returns true when it dealt with it.
final class FakeBroker: Sendable {
    /// One client, as the script sees it.
    struct Peer: Hashable, Sendable { var identity: [UInt8] }

    /// What a script may do, on the Broker's thread.
    struct Reply {
        let send: ([UInt8]) -> Void
        let broker: FakeBroker
        let session: UInt32

        func answer(_ type: FrameType, ref: UInt64, _ body: [UInt8] = []) {
            send([UInt8](FrameHeader(type, session: session, ref: ref), body: body))
        }

        func fail(_ ref: UInt64, _ code: String, isRetryable: Bool = false) {
            answer(
                .failure, ref: ref,
                ControlJSON.encode(Failure(code: code, message: "as scripted", retryable: isRetryable)))
        }
    }

    typealias Script = @Sendable (FrameHeader, [UInt8], Reply) -> Bool

    struct State: Sendable {
        var log: [String] = []
        var frames: [FrameType] = []
        var outcomes: [Outcome] = []
        var sessions: UInt32 = 0
        var epoch: UInt64 = 1
        var isStopped = false
        /// Sends to the newest client.
        var injected: [[UInt8]] = []
        var current: UInt32 = 0
    }

    let path: String
    let state = Mutex(State())
    private let wake: Int32
    private let script: Script
    private let thread = Mutex<pthread_t?>(nil)

    init(path: String, epoch: UInt64 = 1, script: @escaping Script = { _, _, _ in false }) throws {
        self.path = path
        self.script = script
        wake = cplatform_eventfd()
        state.withLock { $0.epoch = epoch }
        unlink(path)
        let context = try ZeroMQContext()
        let socket = try ZeroMQSocket(.router, in: context)
        try socket.set(.linger, 0)
        try socket.bind("ipc://\(path)")
        start(context, socket)
    }

    private func start(_ context: ZeroMQContext, _ socket: ZeroMQSocket) {
        nonisolated(unsafe) let socket = socket
        let box = Unmanaged.passRetained(
            Body { [self] in
                serve(socket)
                socket.close()
                context.terminate()
            })
        var handle = pthread_t()
        pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        thread.withLock { $0 = handle }
    }

    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    /// Closes the socket and waits until it is closed: clients notice.
    func stop() {
        state.withLock { $0.isStopped = true }
        cplatform_eventfd_signal(wake)
        let handle = thread.withLock { handle in
            defer { handle = nil }
            return handle
        }
        if let handle { pthread_join(handle, nil) }
        unlink(path)
    }

    /// Sends a frame of the current session to the newest client.
    func inject(_ type: FrameType, ref: UInt64 = 0, _ body: [UInt8] = []) {
        state.withLock { $0.injected.append([UInt8](FrameHeader(type, session: $0.current, ref: ref), body: body)) }
        cplatform_eventfd_signal(wake)
    }

    private func serve(_ socket: ZeroMQSocket) {
        let frame = ZeroMQFrame()
        var poller = ZeroMQPoller()
        _ = poller.add(socket)
        _ = poller.add(descriptor: wake)
        var newest: [UInt8] = []
        while !state.withLock({ $0.isStopped }) {
            poller.wait(milliseconds: -1)
            cplatform_eventfd_drain(wake)
            while socket.receive(into: frame) {
                let identity = Array(frame.bytes)
                newest = identity
                guard frame.hasMore, socket.receive(into: frame) else { continue }
                take(Array(frame.bytes)) { bytes in
                    _ = identity.withUnsafeBytes { socket.send($0, more: true) }
                    _ = bytes.withUnsafeBytes { socket.send($0) }
                }
            }
            for bytes in state.withLock({ state in
                defer { state.injected = [] }
                return state.injected
            }) {
                _ = newest.withUnsafeBytes { socket.send($0, more: true) }
                _ = bytes.withUnsafeBytes { socket.send($0) }
            }
        }
    }

    private func take(_ frame: [UInt8], _ send: @escaping ([UInt8]) -> Void) {
        guard let header = try? frame.withUnsafeBytes({ try FrameHeader($0) }) else { return }
        let body = Array(frame.dropFirst(FrameHeader.byteCount))
        let session = state.withLock { state -> UInt32 in
            state.frames.append(header.type)
            if header.type == .hello {
                state.sessions += 1
                state.current = state.sessions
            }
            return state.current
        }
        let reply = Reply(send: send, broker: self, session: session)
        if script(header, body, reply) { return }
        answer(header, body, reply)
    }

    private func answer(_ header: FrameHeader, _ body: [UInt8], _ reply: Reply) {
        switch header.type {
        case .hello:
            let epoch = state.withLock { $0.epoch }
            reply.answer(.welcome, ref: header.ref, ControlJSON.encode(welcome(session: reply.session, epoch: epoch)))
        case .ping: reply.answer(.pong, ref: header.ref)
        case .publish: accept(header, body, reply)
        case .join:
            let request = try? ControlJSON.decode(JoinRequest.self, from: body)
            let joined = Joined(
                subscription: 1, group: request?.group ?? "", config: request?.config ?? GroupConfig(filters: [">"]),
                floor: 0)
            reply.answer(.joined, ref: header.ref, ControlJSON.encode(joined))
        case .settle:
            guard let settle = body.withUnsafeBytes({ bytes in (try? SettleBody(bytes)).map { $0.outcomes } }) else {
                return
            }
            state.withLock { $0.outcomes += settle }
            var answer: [UInt8] = []
            SettledBody(status: .done, outcomes: settle.map { _ in .done }).encode(into: &answer)
            reply.answer(.settled, ref: header.ref, answer)
        case .leave, .serve, .unserve, .resume: reply.answer(.done, ref: header.ref)
        default: break
        }
    }

    /// Stores every event once.
    func accept(_ header: FrameHeader, _ body: [UInt8], _ reply: Reply) {
        let published = ids(ofPublish: [UInt8](header, body: body))
        let runs = state.withLock { state in
            published.map { id -> PublishRun in
                if let offset = state.log.firstIndex(of: id) {
                    return PublishRun(status: .duplicate, count: 1, offset: UInt64(offset))
                }
                state.log.append(id)
                return PublishRun(status: .accepted, count: 1, offset: UInt64(state.log.count - 1))
            }
        }
        var answer: [UInt8] = []
        PublishedBody.encode(runs, into: &answer)
        reply.answer(.published, ref: header.ref, answer)
    }
}
