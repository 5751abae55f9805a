import Bus
import Events
import Wire

/// The past as the Broker has it; waits for a Broker that is away.
struct BusHistory: EventHistory {
    /// Between two attempts.
    static let pause = Duration.milliseconds(500)

    let bus: BusConnection
    /// Tells the user that it is waiting.
    let note: @Sendable (String) -> Void

    func bounds() async throws -> (first: UInt64, end: UInt64) {
        let info = try await patiently { bus async throws(BusError) in
            try await bus.admin(AdminRequest(.info), as: BrokerInfo.self)
        }
        return (info.first, info.end)
    }

    func page(_ request: ReadRequest) async throws -> HistoryPage {
        let page = try await patiently { bus async throws(BusError) in try await bus.read(request) }
        let items = page.records.filter { $0.kind == .event }.map(TapRow.Item.init)
        return HistoryPage(items: items, next: page.next, end: page.end)
    }

    /// Repeats what may succeed later; reading changes nothing, so it may be repeated.
    private func patiently<Value>(
        _ body: (BusConnection) async throws(BusError) -> Value
    ) async throws -> Value {
        while true {
            do throws(BusError) {
                return try await body(bus)
            } catch {
                guard error.isRetryable else { throw error }
                note("Waiting for the Broker: \(error)")
            }
            try await Task.sleep(for: Self.pause)
        }
    }
}

extension TapRow.Item {
    init(_ record: StoredRecord) {
        self.init(
            offset: record.offset, time: record.time, topic: record.topic, key: record.key,
            event: try? CloudEventJSON.decode(record.document), document: record.document)
    }
}
