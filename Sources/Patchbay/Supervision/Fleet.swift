import Subprocess

/// The processes of `patchbay up`: starts them, restarts what falls over, stops them in reverse order.
///
/// One loop takes everything that happens, so that no two decisions are made at the same time.
struct Fleet: Sendable {
    /// From SIGTERM to SIGKILL; a service itself gives up draining earlier (`drain_timeout_ms`).
    static let stopTimeout = Duration.seconds(15)

    let specs: [ChildSpec]
    let readiness: Readiness
    /// SIGINT and SIGTERM to `patchbay up` itself.
    let interrupts: AsyncStream<Void>
    let log: @Sendable (_ index: Int, _ line: String) -> Void
    let say: @Sendable (String) -> Void
    /// Called once, when all processes are ready.
    let whenReady: @Sendable () -> Void

    private enum Happening: Sendable {
        case ended(Int, Supervision.Ending, uptime: Duration)
        case backoffOver(Int)
        case interrupted
        case ready(missing: [String])
        case stopTimeout(Int)
        case nothing
    }

    /// Runs until interrupted, or until a process cannot go on.
    ///
    /// - Returns: 0 after an interrupt, 69 when they did not become ready in time, else the code of the process that
    ///   cannot go on.
    func run() async -> Int32 {
        await withTaskGroup(of: Happening.self) { group in
            var state = State(supervision: Supervision(), running: [:], exitCode: 0)
            for index in specs.indices { start(index, &state, &group) }
            let interrupts = interrupts
            group.addTask { await Self.interrupt(interrupts) }
            group.addTask { [readiness] in .ready(missing: (try? await readiness.wait()) ?? []) }
            while let happening = await group.next() {
                handle(happening, &state, &group)
                if state.supervision.isStopping, state.running.isEmpty { break }
            }
            group.cancelAll()
            return state.exitCode
        }
    }

    private struct State {
        var supervision: Supervision
        /// Where signals to each running process go.
        var running: [Int: AsyncStream<Signal>.Continuation]
        var exitCode: Int32
    }

    private func handle(_ happening: Happening, _ state: inout State, _ group: inout TaskGroup<Happening>) {
        switch happening {
        case .ended(let index, let ending, let uptime):
            state.running[index] = nil
            ended(index, ending, uptime, &state, &group)
        case .backoffOver(let index):
            if !state.supervision.isStopping { start(index, &state, &group) }
        case .interrupted:
            let interrupts = interrupts
            group.addTask { await Self.interrupt(interrupts) }
            guard state.supervision.isStopping else {
                return stop(code: 0, because: "Stopping.", &state, &group)
            }
            say("Killing what still runs.")
            for continuation in state.running.values { continuation.yield(.kill) }
        case .ready(let missing):
            guard !state.supervision.isStopping else { return }
            guard !missing.isEmpty else { return whenReady() }
            for line in missing { say("Not ready after \(readiness.deadline): \(line)") }
            stop(code: 69, because: "Stopping: not everything became ready.", &state, &group)
        case .stopTimeout(let index):
            guard let continuation = state.running[index] else { return }
            say("\(specs[index].name) did not stop within \(Self.stopTimeout): killed.")
            continuation.yield(.kill)
        case .nothing: break
        }
    }

    private func start(_ index: Int, _ state: inout State, _ group: inout TaskGroup<Happening>) {
        let (signals, continuation) = AsyncStream.makeStream(of: Signal.self)
        state.running[index] = continuation
        let run = ChildRun(spec: specs[index]) { [log] in log(index, $0) }
        group.addTask {
            let start = ContinuousClock.now
            let ending = await run.run(signals: signals)
            return .ended(index, ending, uptime: ContinuousClock.now - start)
        }
    }

    private func ended(
        _ index: Int, _ ending: Supervision.Ending, _ uptime: Duration, _ state: inout State,
        _ group: inout TaskGroup<Happening>
    ) {
        let name = specs[index].name
        switch state.supervision.ended(name, ending, uptime: uptime) {
        case .none:
            if ending != .exited(0) { say("\(name) ended with \(ending).") }
            stopNext(&state, &group)
        case .stopAll(let code):
            stop(code: code, because: "\(name) ended with \(ending). Stopping.", &state, &group)
        case .restart(let delay):
            say("\(name) ended with \(ending) after \(uptime.rounded); starting it again in \(delay).")
            group.addTask {
                (try? await Task.sleep(for: delay)) == nil ? .nothing : .backoffOver(index)
            }
        }
    }

    private func stop(
        code: Int32, because reason: String, _ state: inout State, _ group: inout TaskGroup<Happening>
    ) {
        say(reason)
        state.exitCode = code
        state.supervision.stop()
        stopNext(&state, &group)
    }

    /// Tells the last one that runs to end; the one before follows when it has.
    private func stopNext(_ state: inout State, _ group: inout TaskGroup<Happening>) {
        guard let index = state.running.keys.max() else { return }
        state.running[index]?.yield(.terminate)
        group.addTask {
            (try? await Task.sleep(for: Self.stopTimeout)) == nil ? .nothing : .stopTimeout(index)
        }
    }

    private static func interrupt(_ interrupts: AsyncStream<Void>) async -> Happening {
        for await _ in interrupts { return .interrupted }
        return .nothing
    }
}

extension Duration {
    /// To tenths of a second, for people.
    var rounded: String {
        let tenths = components.seconds * 10 + components.attoseconds / 100_000_000_000_000_000
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
