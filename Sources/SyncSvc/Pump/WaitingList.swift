import Events

/// What there is to do for a pair once a side answers again.
struct WaitingList: Sendable {
    private(set) var events: [PumpEvent]

    init(_ value: some Collection<UInt8>) {
        events = (try? JSONValue(parsing: value))?.array?.compactMap(PumpEvent.init) ?? []
    }

    /// As JSON: the value of a map entry.
    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.raw("[")
        for (place, event) in events.enumerated() {
            if place > 0 { writer.raw(",") }
            event.write(to: &writer)
        }
        writer.raw("]")
        return writer.bytes
    }

    /// Notes an event; false when it says nothing new.
    mutating func add(_ event: PumpEvent, limit: Int) -> Bool {
        var event = event
        if event.reason == .message {
            // All that is new is found by one listing.
            event.message = nil
            event.index = nil
            event.messageSID = nil
            event.cause = 0
            event.causeTime = 0
            event.details = JSONObject()
        }
        if events.contains(where: { $0.isSame(as: event) }) { return false }
        if events.contains(where: { $0.reason == .repair }), [.message, .edit, .removal].contains(event.reason) {
            return false
        }
        events.append(event)
        if events.count > limit {
            // Which of them are copies is found out by comparing everything.
            let kept = events.filter { ![.message, .edit, .removal, .receipt, .read].contains($0.reason) }
            events = Array(kept.suffix(limit - 1)) + [PumpEvent(pair: event.pair, side: event.side, reason: .repair)]
        }
        return true
    }
}

extension PumpEvent {
    /// Whether another event asks for the same.
    fileprivate func isSame(as other: PumpEvent) -> Bool {
        pair == other.pair && side == other.side && reason == other.reason && messageSID == other.messageSID
            && details == other.details
    }
}
