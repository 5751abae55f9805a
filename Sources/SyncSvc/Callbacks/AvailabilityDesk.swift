import Bus
import Events

/// Answers `sync.availability`: whether an agent is available in the mobile app, and nudges the one who is not.
struct AvailabilityDesk: Sendable {
    let settings: AgentSettings
    let provider: any AgentProvider
    let isNudging: Bool
    let publish: @Sendable (OutgoingEvent) async throws -> Void
    let now: @Sendable () -> Timestamp

    /// - Parameter payload: `{"worker":…,"nudge":…}`; the worker by his Frontline identity.
    /// - Returns: `{"available":…}`.
    /// - Throws: `TwilioError`, `BusError`; `EventError` for what is no JSON.
    func answer(_ payload: [UInt8]) async throws -> [UInt8] {
        let json = try JSONValue(parsing: payload)
        guard let agent = json["worker"]?.string, !agent.isEmpty else { return Self.answer(false) }
        guard let worker = try await provider.worker(agent, on: .frontline, known: nil) else {
            // Nobody is nudged who is not an agent: pages cannot make conversations for made-up names.
            return Self.answer(false)
        }
        if isNudging, !worker.isAvailable, json["nudge"]?.bool == true { try await nudge(agent) }
        return Self.answer(worker.isAvailable)
    }

    /// One event for all who ask within an interval; the agent's desk has the last word.
    private func nudge(_ agent: String) async throws {
        let interval = UInt64(settings.nudges.interval.components.seconds) * 1_000_000_000
        let slot = now().unixNanoseconds / max(1, interval)
        // All of it follows from the slot: whoever publishes it again publishes the same event.
        let end = Timestamp(unixNanoseconds: (slot + 1) * interval).advanced(by: settings.nudges.interval)
        let event = try AgentEvent(agent: agent, kind: .nudge).event(cause: "\(agent):\(slot)", expires: end)
        try await publish(try OutgoingEvent(event))
    }

    private static func answer(_ isAvailable: Bool) -> [UInt8] {
        JSONValue.object(JSONObject([("available", .bool(isAvailable))])).bytes
    }
}
