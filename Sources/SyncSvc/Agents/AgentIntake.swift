import Bus
import Events
import Logging

/// Turns what the projects report into work for agents: group `sync-agents`.
///
/// It publishes and settles in one: what it decided is there exactly once.
struct AgentIntake: Sendable {
    let doorbell: AgentDoorbell
    let store: any AgentStore

    func handle(_ delivery: Delivery) async -> Settlement {
        // Told from what stands beside the document: most messages need not be read for it.
        guard doorbell.mayRing(topic: delivery.topic, recordID: delivery.eventID) else { return .ack }
        guard let event = try? delivery.event() else { return .term(reason: "sync.event_malformed") }
        // A replay is for looking at; what it says has been done.
        guard event.replayOf == nil else { return .ack }
        do {
            var publishes: [OutgoingEvent] = []
            let received = Timestamp(unixNanoseconds: delivery.time)
            for ring in doorbell.rings(event, receivedAt: received) {
                if let event = try await self.event(for: ring, cause: delivery.eventID) {
                    publishes.append(try OutgoingEvent(event))
                }
            }
            return publishes.isEmpty ? .ack : .transaction(publishes: publishes)
        } catch let error as BusError {
            return .nak(reason: error.code)
        } catch {
            return .term(reason: "sync.event_unusable")
        }
    }

    private func event(for ring: AgentDoorbell.Ring, cause: String) async throws -> Event? {
        switch ring {
        case .agent(let work): return try work.event(cause: cause, expires: work.expires)
        case .command(let reply, let conversation, let author):
            // The author must be the agent whose system conversation it is (rule G-13).
            guard try await store.agent(ofSystemConversation: conversation) == author else { return nil }
            let work = AgentEvent(agent: author, kind: .reply(reply, conversation: conversation))
            return try work.event(cause: cause)
        case .transfer(let pair):
            guard let pair = try? ConversationSID(pair) else { return nil }
            return try PumpEvent(pair: pair, side: .flex, reason: .transfer).event(.cause(recordID: cause))
        }
    }
}

extension AgentEvent {
    /// How old a change of activity may be that is still acted upon.
    private static let activityAge: Duration = .seconds(24 * 3_600)

    /// A question about a reservation is worth asking only while it can be answered.
    fileprivate var expires: Timestamp? {
        switch kind {
        case .reserved(let prompt, _): prompt.expires
        case .activity(let change, _): change.at.advanced(by: Self.activityAge)
        default: nil
        }
    }
}
