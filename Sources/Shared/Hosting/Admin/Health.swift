import Synchronization

/// Whether this process can do its work, for `/healthz` and `/readyz`.
///
/// Ready means that every component has said so, every check passes, and the process is not on its way out. Healthy
/// means that it has not failed for good: a process that waits for the Broker is healthy and not ready.
public final class Health: Sendable {
    private struct State {
        /// Reasons by component; nil when ready.
        var components: [String: String?] = [:]
        var checks: [(name: String, body: @Sendable () -> String?)] = []
        var failure: String?
        var isDraining = false
    }

    private let state = Mutex(State())

    public init() {}

    /// Adds a part of the process that must come up; it counts as not ready until it says otherwise.
    public func component(_ name: String) -> HealthComponent {
        state.withLock { $0.components[name] = .some("starting") }
        return HealthComponent(name: name, health: self)
    }

    /// Adds a question asked at every `/readyz`, which answers with what is missing, or nil.
    ///
    /// It runs on the admin socket's thread and must not wait: look at an atomic or a snapshot.
    public func check(_ name: String, _ body: @escaping @Sendable () -> String?) {
        state.withLock { $0.checks.append((name, body)) }
    }

    /// Says that the process cannot do its work any more and has to be replaced.
    ///
    /// There is no way back.
    public func fail(_ reason: String) {
        state.withLock { $0.failure = $0.failure ?? reason }
    }

    /// Why the process has failed, or nil.
    public var failure: String? { state.withLock { $0.failure } }

    /// What keeps the process from being ready, each as `component: reason`; empty when it is.
    public var reasons: [String] {
        let state = state.withLock { $0 }
        var reasons: [String] = []
        if state.isDraining { reasons.append("process: draining") }
        if let failure = state.failure { reasons.append("process: failed: \(failure)") }
        for (name, reason) in state.components.sorted(by: { $0.key < $1.key }) {
            if let reason { reasons.append("\(name): \(reason)") }
        }
        for check in state.checks {
            if let reason = check.body() { reasons.append("\(check.name): \(reason)") }
        }
        return reasons
    }

    public var isReady: Bool { reasons.isEmpty }

    func drain() {
        state.withLock { $0.isDraining = true }
    }

    fileprivate func set(_ name: String, _ reason: String?) {
        state.withLock { $0.components[name] = .some(reason) }
    }
}

/// One part of a process that is ready or not.
public struct HealthComponent: Sendable {
    let name: String
    let health: Health

    public func ready() {
        health.set(name, nil)
    }

    /// - Parameter reason: For people who read `/readyz`: a constant sentence without personal data.
    public func notReady(_ reason: String) {
        health.set(name, reason)
    }
}
