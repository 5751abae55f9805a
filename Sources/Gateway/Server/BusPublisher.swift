import Bus
import Hosting
import Logging
import ServiceLifecycle
import Synchronization

/// Publishes over the bus connection, and knows how long the bus has been away.
///
/// A short absence, as when the Broker restarts, is waited out within the publish timeout. Once the bus has been away
/// for longer than that, events are refused at once, so that requests do not pile up.
final class BusPublisher: EventPublisher, Service {
    private struct State {
        var awaySince: ContinuousClock.Instant?
        var lastError: String?
        var hasConnected = false
    }

    private let bus: BusConnection
    private let timeout: Duration
    private let state: Mutex<State>
    private let logger: Logger

    /// - Parameters:
    ///   - bus: Its `publishTimeout` is `timeout`, its `unackedPolicy` is `resend`.
    ///   - timeout: How long one event's answer is waited for.
    ///   - logger: Tells when the bus goes and comes.
    init(bus: BusConnection, timeout: Duration, logger: Logger) {
        self.bus = bus
        self.timeout = timeout
        self.logger = logger
        state = Mutex(State(awaySince: .now))
    }

    var availability: BusAvailability {
        let (since, lastError) = state.withLock { ($0.awaySince, $0.lastError) }
        guard let since else { return .connected }
        return .away(for: .now - since, lastError: lastError)
    }

    func publish(_ event: OutgoingEvent) async throws(PublishFailure) -> PublishOutcome {
        if case .away(let duration, _) = availability, duration > timeout { throw .unavailable }
        do throws(BusError) {
            return try await bus.publish(event).isDuplicate ? .duplicate : .accepted
        } catch {
            switch error {
            case .conflict: return .conflict
            case .notConnected, .timedOut, .cancelled, .closed: throw .unavailable
            case .outcomeUnknown: throw .timedOut(after: timeout)
            default: throw error.isRetryable ? .refused(code: error.code) : .rejected(code: error.code)
            }
        }
    }

    /// Follows the connection's state until it ends.
    func run() async throws {
        for await update in bus.stateUpdates.cancelOnGracefulShutdown() { follow(update) }
    }

    private func follow(_ update: BusState) {
        let now = ContinuousClock.now
        let came: Bool? = state.withLock { state in
            switch update {
            case .connected:
                guard state.awaySince != nil else { return nil }
                state.awaySince = nil
                state.lastError = nil
                state.hasConnected = true
                return true
            case .connecting(let lastError):
                state.lastError = lastError ?? state.lastError
                guard state.awaySince == nil else { return nil }
                state.awaySince = now
                return false
            case .closed:
                state.awaySince = state.awaySince ?? now
                return nil
            }
        }
        switch came {
        case true?: logger.info("The bus is connected")
        case false?: logger.warning("The bus is away; webhooks wait, then get 503")
        case nil: return
        }
    }
}
