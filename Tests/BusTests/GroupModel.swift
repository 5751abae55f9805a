import TestSupport
import Wire

@testable import Bus

/// A Broker's side of one group with one member, as docs/protocol.md describes it; what it says waits in `inbox`.
struct GroupModel {
    struct Event {
        var offset: UInt64
        var key: String
        var delivery: UInt64?
        var isSettled = false
    }

    /// What is on its way to the member.
    enum Message {
        case deliver([(id: UInt64, offset: UInt64, key: String)])
        case revoked(Set<UInt64>)
        case settled(UInt64)
    }

    private(set) var events: [Event]
    private(set) var inbox: [Message] = []
    /// Acknowledgements that came although an earlier event of the key was open.
    private(set) var overtakings = 0
    private var nextDelivery: UInt64 = 1
    var credit = 0

    init(keys: [String]) {
        events = keys.enumerated().map { Event(offset: UInt64($0.offset), key: $0.element, delivery: nil) }
    }

    var isDone: Bool { events.allSatisfy(\.isSettled) }
    var open: Int { events.reduce(0) { $0 + ($1.isSettled ? 0 : 1) } }

    mutating func takeMessage() -> Message? { inbox.isEmpty ? nil : inbox.removeFirst() }

    /// Hands out what is next of each key, within the credit.
    mutating func deliver(atMost count: Int) {
        var handed: [(id: UInt64, offset: UInt64, key: String)] = []
        for index in events.indices where handed.count < min(count, credit) {
            guard !events[index].isSettled, events[index].delivery == nil else { continue }
            events[index].delivery = nextDelivery
            handed.append((nextDelivery, events[index].offset, events[index].key))
            nextDelivery += 1
        }
        credit -= handed.count
        if !handed.isEmpty { inbox.append(.deliver(handed)) }
    }

    /// Takes a `settle` frame in and answers it.
    mutating func settle(_ ref: UInt64, _ outcomes: [Outcome]) {
        for outcome in outcomes {
            guard let index = events.firstIndex(where: { $0.delivery == outcome.delivery && !$0.isSettled }) else {
                continue
            }
            switch outcome.kind {
            case .ack, .term:
                if events[..<index].contains(where: { $0.key == events[index].key && !$0.isSettled }) {
                    overtakings += 1
                }
                events[index].isSettled = true
            case .inProgress: break
            case .nak:
                let later = takeBack(index).dropFirst()
                if !later.isEmpty { inbox.append(.revoked(Set(later))) }
            }
        }
        inbox.append(.settled(ref))
    }

    /// `ack_wait` of an event ends: it and the later ones of its key are taken back.
    mutating func expire(_ random: inout SeededGenerator) {
        let handed = events.indices.filter { events[$0].delivery != nil && !events[$0].isSettled }
        guard let chosen = handed.randomElement(using: &random) else { return }
        let key = events[chosen].key
        guard let index = handed.first(where: { events[$0].key == key }) else { return }
        inbox.append(.revoked(Set(takeBack(index))))
    }

    /// Takes an event and the later ones of its key back.
    private mutating func takeBack(_ index: Int) -> [UInt64] {
        var taken: [UInt64] = []
        for later in events.indices[index...] where events[later].key == events[index].key && !events[later].isSettled {
            if let delivery = events[later].delivery { taken.append(delivery) }
            events[later].delivery = nil
        }
        return taken
    }

    mutating func reconnect(credit: Int) {
        for index in events.indices where !events[index].isSettled { events[index].delivery = nil }
        inbox = []
        self.credit = credit
    }
}
