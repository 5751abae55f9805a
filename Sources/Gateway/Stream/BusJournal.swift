import Bus
import Hosting
import Wire

/// The journal behind the Broker; its tap is the doorbell, so that what is shown is on disk, in order and without gaps.
struct BusJournal: EventJournal {
    /// Topics that the stream carries.
    static let topics = ["extensions.>"]
    /// Bytes of one answer, about.
    static let pageBytes = 1_048_576

    let bus: BusConnection
    let doorbell: Doorbell

    func rings() -> AsyncStream<Void> { doorbell.rings() }

    func read(from offset: UInt64?, limit: Int) async throws(JournalReadFailure) -> ReadPage {
        let request =
            offset.map {
                ReadRequest(offset: $0, filters: Self.topics, limit: limit, maxBytes: Self.pageBytes)
            } ?? ReadRequest(time: SystemTime.unixNanoseconds(), filters: Self.topics, limit: 1)
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
