import Events
import Testing
import Wire

@testable import Patchbay

@Suite struct GroupLagTests {
    private func group(next: UInt64, end: UInt64) -> GroupInfo {
        GroupInfo(
            group: "g", config: GroupConfig(filters: ["task.>"]), floor: next, next: next, end: end, ackPending: 0,
            parked: 0, deadLetters: 0, members: [], stalled: nil)
    }

    @Test("What matches is counted, over gaps and pages, from what is kept")
    func counts() async throws {
        let matching: [UInt64] = [3, 9, 1_000_000_000, 1_000_000_007]
        let lag = try await GroupLag.count(group(next: 1, end: 1_000_000_010), first: 5) { request in
            #expect(request.filters == ["task.>"])
            let offset = request.offset ?? 0
            guard let found = matching.first(where: { $0 >= offset }) else { return (0, 1_000_000_010, 1_000_000_010) }
            return (1, found + 1, 1_000_000_010)
        }
        #expect(lag == GroupLag(count: 3, hasMore: false))
        #expect(lag.text == "3")
    }

    @Test("A group at the end asks nothing")
    func atEnd() async throws {
        let lag = try await GroupLag.count(group(next: 7, end: 7), first: 1) { _ in
            Issue.record("nothing to read")
            return (0, 7, 7)
        }
        #expect(lag.count == 0)
    }

    @Test("Counting stops at the limit and says that there is more")
    func limit() async throws {
        let lag = try await GroupLag.count(group(next: 0, end: 1_000_000), first: 0) { request in
            (6_000, (request.offset ?? 0) + 6_000, 1_000_000)
        }
        #expect(lag.text == "10000+")
    }

    @Test("JSON has the Broker's keys and the lag")
    func json() throws {
        let text = try GroupsCommand.json([group(next: 1, end: 5)], ["g": GroupLag(count: 4, hasMore: false)])
        let json = try JSONValue(parsing: Array(text.utf8))
        #expect(json[0]?["lag"]?.integer == 4)
        #expect(json[0]?["dead_letters"]?.integer == 0)
        #expect(json[0]?["config"]?["ack_wait_ms"]?.integer == 30_000)
    }
}
