import Bus
import Events
import Wire

/// The past as the Broker has it.
struct BusHistory: EventHistory {
    let bus: BusConnection

    func bounds() async throws -> (first: UInt64, end: UInt64) {
        let info = try await bus.admin(AdminRequest(.info), as: BrokerInfo.self)
        return (info.first, info.end)
    }

    func page(_ request: ReadRequest) async throws -> HistoryPage {
        let page = try await bus.read(request)
        let items = page.records.filter { $0.kind == .event }.map(TapRow.Item.init)
        return HistoryPage(items: items, next: page.next, end: page.end)
    }
}

extension TapRow.Item {
    init(_ record: StoredRecord) {
        self.init(
            offset: record.offset, time: record.time, topic: record.topic, key: record.key,
            event: try? CloudEventJSON.decode(record.document), document: record.document)
    }
}
