import Bus
import Events
import Wire

/// How many events a group has still to read.
///
/// Counted, not computed: offsets jump by a thousand million after an unclean stop of the Broker, and most records may
/// not match the group's filters.
struct GroupLag: Equatable, Sendable {
    /// Events counted at most; above it only that there are more is known.
    static let limit = 10_000

    let count: Int
    let hasMore: Bool

    var text: String { hasMore ? "\(Self.limit)+" : "\(count)" }

    /// Counts what lies before a group.
    ///
    /// - Parameters:
    ///   - group: As the Broker describes it.
    ///   - first: The lowest offset that is kept.
    ///   - read: Reads the journal.
    /// - Returns: The count, at most ``limit``.
    /// - Throws: What `read` throws.
    static func count(
        _ group: GroupInfo, first: UInt64, read: (ReadRequest) async throws -> (count: Int, next: UInt64, end: UInt64)
    ) async throws -> GroupLag {
        var count = 0
        var position = max(group.next, first)
        while position < group.end, count <= limit {
            let request = ReadRequest(
                offset: position, filters: group.config.filters, limit: limit, maxBytes: 4 * 1_048_576)
            let page = try await read(request)
            count += page.count
            if page.next >= page.end || page.next <= position { break }
            position = page.next
        }
        return GroupLag(count: min(count, limit), hasMore: count > limit)
    }
}
