import Bus
import Hosting
import Wire

/// The journal behind the Broker; its tap is the doorbell, so that what is shown is on disk, in order and without gaps.
struct BusJournal: EventJournal {
    /// Bytes of one answer, about.
    static let pageBytes = 1_048_576

    let bus: BusConnection
    let doorbell: Doorbell

    func rings() -> AsyncStream<Void> { doorbell.rings(for: StreamTopics.prefixes) }

    func read(from offset: UInt64?, limit: Int) async throws(JournalReadFailure) -> ReadPage {
        let request =
            offset.map {
                ReadRequest(offset: $0, filters: StreamTopics.filters, limit: limit, maxBytes: Self.pageBytes)
            } ?? ReadRequest(time: SystemTime.unixNanoseconds(), filters: StreamTopics.filters, limit: 1)
        do throws(BusError) {
            return try await bus.read(request)
        } catch {
            switch error.code {
            case "journal.trimmed", "journal.beyond_end": throw .notThere(code: error.code)
            default: throw .unavailable(code: error.code)
            }
        }
    }
}
