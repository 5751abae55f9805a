import Bus
import Events
import Synchronization
import Testing

@testable import SyncSvc

@Suite("Whether an agent is there")
struct AvailabilityDeskTests {
    final class Published: Sendable {
        let events = Mutex<[OutgoingEvent]>([])
    }

    func ask(
        _ worker: JSONValue, isNudge: Bool = true, isAvailable: Bool = false, at time: Timestamp = PromptDeskTests.noon
    ) async throws -> (answer: String, events: [OutgoingEvent]) {
        var state = FakeAgents.State()
        state.workers[.frontline] = [
            "ana": AgentWorker(sid: "WK1", activity: isAvailable ? "Available" : "Offline", isAvailable: isAvailable)
        ]
        let published = Published()
        let desk = AvailabilityDesk(
            settings: AgentSettings(), provider: FakeAgents(state), isNudging: true,
            publish: { event in published.events.withLock { $0.append(event) } }, now: { time })
        let payload: JSONValue = ["worker": worker, "nudge": .bool(isNudge)]
        let answer = try await desk.answer(payload.bytes)
        return (String(decoding: answer, as: UTF8.self), published.events.withLock { $0 })
    }

    @Test("It is told yes or no; unknown names are not there and not nudged")
    func answers() async throws {
        let there = try await ask("ana", isAvailable: true)
        #expect(there.answer == #"{"available":true}"# && there.events.isEmpty)
        for name in ["nobody", "", nil] as [JSONValue] {
            let unknown = try await ask(name)
            #expect(unknown.answer == #"{"available":false}"# && unknown.events.isEmpty)
        }
        let asked = try await ask("ana", isNudge: false)
        #expect(asked.events.isEmpty)
    }

    @Test("All nudges within one interval are the same event, byte by byte")
    func nudges() async throws {
        let first = try await ask("ana").events
        let second = try await ask("ana", at: PromptDeskTests.noon.advanced(by: .seconds(2))).events
        #expect(first.count == 1)
        #expect(first.map(\.id) == second.map(\.id) && first.map(\.document) == second.map(\.document))
        let later = try await ask("ana", at: PromptDeskTests.noon.advanced(by: .seconds(300))).events
        #expect(later.map(\.id) != first.map(\.id))
    }
}
