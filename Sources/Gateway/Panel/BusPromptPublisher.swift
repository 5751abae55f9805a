import Bus
import Wire

/// Publishes now or never over a bus connection of its own, which resends nothing.
///
/// Webhooks share a connection that resends what was unanswered when the Broker comes back: right for facts, and a late
/// telephone call for a click.
struct BusPromptPublisher: PromptPublisher {
    let bus: BusConnection
    let timeout: Duration

    /// - Parameters:
    ///   - bus: Its `unackedPolicy` is `fail`, its `publishTimeout` is `timeout`.
    ///   - timeout: How long the answer is waited for.
    init(bus: BusConnection, timeout: Duration) {
        self.bus = bus
        self.timeout = timeout
    }

    func publishNow(_ event: OutgoingEvent) async throws(PublishFailure) -> PromptOutcome {
        do throws(BusError) {
            _ = try await bus.publish(event)
            return .stored
        } catch {
            switch error {
            case .conflict(let offset): return .other(document: try await stored(at: offset, event))
            case .notConnected, .timedOut, .cancelled, .closed: throw .unavailable
            case .outcomeUnknown: throw .timedOut(after: timeout)
            default: throw error.isRetryable ? .refused(code: error.code) : .rejected(code: error.code)
            }
        }
    }

    /// The document that is stored under the event's id.
    private func stored(at offset: UInt64, _ event: OutgoingEvent) async throws(PublishFailure) -> [UInt8] {
        do throws(BusError) {
            let page = try await bus.read(ReadRequest(offset: offset, filters: [event.topic], limit: 1))
            guard let record = page.records.first, record.offset == offset else { return [] }
            return record.document
        } catch {
            throw .refused(code: error.code)
        }
    }
}
