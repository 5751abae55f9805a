import Wire

@testable import Broker

/// Bodies of messages as clients write them.
enum Frames {
    static func publish(_ events: [SampleEvent]) -> [UInt8] { publish(records: events.map(\.record)) }

    static func publish(records: [[UInt8]]) -> [UInt8] {
        var body: [UInt8] = []
        body.put(u32: UInt32(records.count))
        for record in records { body += record }
        return body
    }

    static func credit(_ subscription: UInt32, events: UInt32 = 1_000, bytes: UInt64 = 1 << 24)
        -> [UInt8]
    {
        var body: [UInt8] = []
        CreditBody(subscription: subscription, events: events, bytes: bytes).encode(into: &body)
        return body
    }

    static func settle(
        _ subscription: UInt32, _ outcomes: [Outcome], atomic: Bool = false,
        publishes: [SampleEvent] = [],
        writes: [MapWrite] = []
    ) -> [UInt8] {
        var body: [UInt8] = []
        SettleBody.encode(
            subscription: subscription, isAtomic: atomic, outcomes: outcomes,
            publishes: publishes.map(\.record),
            writes: writes, into: &body)
        return body
    }

    static func leave(_ subscription: UInt32) -> [UInt8] {
        var body: [UInt8] = []
        body.put(u32: subscription)
        return body
    }

    static func call(_ service: String, deadlineMs: UInt32 = 1_000, payload: [UInt8] = []) -> [UInt8] {
        var body: [UInt8] = []
        CallBody.encode(deadline: deadlineMs, service: service, payload: payload, into: &body)
        return body
    }

    static func reply(_ status: ReplyStatus, payload: [UInt8] = []) -> [UInt8] {
        var body: [UInt8] = []
        ReplyBody.encode(status, payload: payload, into: &body)
        return body
    }

    static func mapGet(_ map: String, _ key: String) -> [UInt8] {
        var body: [UInt8] = []
        MapGetBody(map: map, key: key).encode(into: &body)
        return body
    }

    static func mapList(_ request: MapListBody) -> [UInt8] {
        var body: [UInt8] = []
        request.encode(into: &body)
        return body
    }

    static func join(_ group: String, _ config: GroupConfig?, update: Bool = false) -> [UInt8] {
        ControlJSON.encode(JoinRequest(group: group, config: config, update: update))
    }
}
