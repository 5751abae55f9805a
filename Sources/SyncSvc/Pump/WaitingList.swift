import Events

/// What there is to do for a pair once a side answers again: one entry of the map `sync-waiting`.
///
/// Edits and deletions stand in entries of their own, spread by ``shard(_:)``, so that each of them writes little.
///
/// Each thing stands in it once, however often it happened: all new messages of a side, its people, its end and its
/// attributes are one thing each, for whoever does it looks at what is there by then; edits and deletions are one thing
/// per message, receipts and read horizons one per message and person, the last one said.
struct WaitingList: Sendable {
    struct Limits: Hashable, Sendable {
        /// Things to do besides edits and deletions.
        var events = 200
        /// Messages that were edited or deleted, in one entry: 25,600 in all of a pair.
        var messages = 100
        /// The whole list, in bytes.
        var bytes = 256 << 10
    }

    /// The part of a key that says in which entry an edit or a deletion stands; nil: in the pair's own.
    static func shard(_ event: PumpEvent) -> String? {
        guard event.reason == .edit || event.reason == .removal else { return nil }
        return event.messageSID.map { String($0.text.dropFirst(2).prefix(2)).lowercased() }
    }

    /// Member of an event's details: the SIDs of messages that were edited or deleted.
    static let messagesMember = "messages"

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
    ///
    /// Beyond the limits everything becomes one repair, which compares both sides and mends what differs, within
    /// `sync.healing.max_messages`; acceptances stay.
    mutating func add(_ event: PumpEvent, limits: Limits = Limits()) -> Bool {
        let isRepairing = events.contains { $0.reason == .repair }
        switch event.reason {
        case .edit, .removal:
            if isRepairing { return false }
            guard addMessages(of: event) else { return false }
        case .receipt, .read:
            let key = event.subject
            if let place = events.firstIndex(where: { $0.reason == event.reason && $0.subject == key }) {
                guard events[place].details != event.details, event.isLater(than: events[place]) else { return false }
                events[place] = event
            } else {
                events.append(event)
            }
        case .message, .participant, .state, .attributes, .ended, .transfer, .appeared, .repair:
            if isRepairing, event.reason == .message { return false }
            if events.contains(where: { $0.side == event.side && $0.reason == event.reason }) { return false }
            events.append(event.isDetailed ? event : event.bare)
        case .accepted:
            if events.contains(where: { $0.reason == .accepted && $0.details == event.details }) { return false }
            events.append(event)
        }
        if isOver(limits) {
            let kept = events.filter { $0.reason == .accepted }.suffix(limits.events - 1)
            events = Array(kept) + [PumpEvent(pair: event.pair, side: event.side, reason: .repair)]
        }
        return true
    }

    private func isOver(_ limits: Limits) -> Bool {
        let messages = events.reduce(0) { $0 + $1.editedMessages.count }
        let others = events.lazy.filter(\.editedMessages.isEmpty).count
        return others > limits.events || messages > limits.messages || bytes.count > limits.bytes
    }

    /// Notes the messages of an edit or a deletion: both look at what is there.
    private mutating func addMessages(of event: PumpEvent) -> Bool {
        var known: Set<MessageSID> = []
        for other in events where other.side == event.side { known.formUnion(other.editedMessages) }
        let new = event.editedMessages.filter { known.insert($0).inserted }
        guard !new.isEmpty else { return false }
        if let place = events.firstIndex(where: { $0.reason == .edit && $0.side == event.side }) {
            events[place].edit(new, upTo: event.index)
        } else {
            var first = event.bare
            first.reason = .edit
            first.edit(new, upTo: event.index)
            events.append(first)
        }
        return true
    }
}

extension PumpEvent {
    /// The messages that an edit or a deletion is about.
    var editedMessages: [MessageSID] {
        guard reason == .edit || reason == .removal else { return [] }
        if let messageSID { return [messageSID] }
        return (details[WaitingList.messagesMember]?.array ?? []).compactMap {
            $0.string.flatMap { try? MessageSID($0) }
        }
    }

    fileprivate mutating func edit(_ messages: [MessageSID], upTo index: Int?) {
        let all = editedMessages + messages
        details[WaitingList.messagesMember] = .array(all.map { .string($0.text) })
        if let index { self.index = max(self.index ?? index, index) }
    }

    /// What a receipt or a read horizon is about.
    fileprivate var subject: String {
        "\(side.rawValue) \(messageSID?.text ?? "") \(details["participantSid"]?.string ?? "")"
    }

    fileprivate func isLater(than other: PumpEvent) -> Bool {
        if let index = details["lastReadMessageIndex"]?.integer,
            let known = other.details["lastReadMessageIndex"]?.integer
        {
            return index > known
        }
        func rank(_ event: PumpEvent) -> Int {
            event.details["status"]?.string.flatMap { ReceiptReaction.order.firstIndex(of: $0) } ?? -1
        }
        return rank(self) > rank(other)
    }

    /// Whether who handles it looks at more than the pair and the side.
    fileprivate var isDetailed: Bool { reason == .ended || reason == .transfer || reason == .appeared }

    /// The same for whatever is there by then.
    fileprivate var bare: PumpEvent {
        var event = PumpEvent(pair: pair, side: side, reason: reason)
        event.conversation = conversation
        return event
    }
}
