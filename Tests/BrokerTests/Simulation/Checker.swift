import Wire

@testable import Broker

/// Follows what clients send and get and what is on disk, and knows the promises; shares no code with the machines.
final class Checker {
    /// A delivery that somebody works on.
    private struct Holding {
        var group: String
        var key: String
        var offset: UInt64
        var session: UInt32
        var subscription: UInt32
        var isRedriven: Bool
    }

    /// Delivery ids are a group's own; the subscription tells the group.
    private struct Hold: Hashable {
        var subscription: UInt32
        var delivery: UInt64
    }

    private struct Place: Hashable {
        var group: String
        var offset: UInt64
    }

    /// What was promised and not kept.
    private(set) var violations: [String] = []
    var log: MemoryLog
    var configs: [String: GroupConfig] = [:]
    /// The batch that a full log has not taken yet.
    var unwritten: () -> StoredBatch? = { nil }
    /// Offsets that a group has settled and not journalled: they wait for a full log.
    var unjournalled: (String) -> [UInt64] = { _ in [] }

    // What clients were told
    private var acceptedAt: [UInt64: SampleEvent] = [:]
    private var ackedByClient: Set<Place> = []
    private var ackAnswered: Set<Place> = []
    /// Transactions that were answered as done.
    private var doneTransactions: Set<Int> = []
    private var refusedTransactions: Set<Int> = []

    /// Groups and delivery ids, of all runs.
    private var handedOut: Set<Place> = []

    // This run
    private var holdings: [Hold: Holding] = [:]
    /// What transactions without an answer would end: if one fails its deliveries stand.
    private var tentative: [Hold: (holding: Holding, transaction: Int)] = [:]
    private var groupOf: [UInt32: String] = [:]
    private var lastAccepted: [UInt32: UInt64] = [:]

    // What the log was given, whether it is on disk or not
    private var seenBatches = 0
    private var records: [UInt64: (batch: StoredBatch, kind: RecordKind?)] = [:]
    private var settled: Set<Place> = []
    private var letters: Set<Place> = []
    private var redrives: [Place: [UInt64]] = [:]
    private var byKey: [String: [UInt64]] = [:]

    init(_ log: MemoryLog) { self.log = log }

    func fail(_ text: String) {
        if violations.count < 20 { violations.append(text) }
    }

    // MARK: The log

    /// Reads what the log was given since the last call.
    func readLog() {
        let appended = log.appended + [unwritten()].compactMap { $0 }
        for batch in appended.dropFirst(seenBatches) { read(batch) }
        seenBatches = appended.count
    }

    /// After a power cut: only what is on disk counts.
    func restart(_ log: MemoryLog) {
        self.log = log
        seenBatches = 0
        records = [:]
        settled = []
        letters = []
        redrives = [:]
        byKey = [:]
        holdings = [:]
        tentative = [:]
        groupOf = [:]
        lastAccepted = [:]
        readLog()
        checkNothingIsLost()
    }

    private func read(_ batch: StoredBatch) {
        batch.forEach { offset, record in
            if records.updateValue((batch, record.kind), forKey: offset) != nil {
                fail("offset \(offset) twice")
            }
            let group = String(decoding: record.key, as: UTF8.self)
            switch record.kind {
            case .event: byKey[group, default: []].append(offset)
            case .settlement:
                guard let settlement = SettlementRecord(record.payload) else {
                    return fail("unreadable settlement")
                }
                for offset in settlement.settled {
                    if !settled.insert(Place(group: group, offset: offset)).inserted {
                        fail("\(offset) settled twice in \(group)")
                    }
                }
            case .deadLetter:
                guard let letter = DeadLetter(record.payload) else { return fail("unreadable dead letter") }
                letters.insert(Place(group: group, offset: letter.offset))
            case .redrive:
                guard let redrive = RedriveRecord.read(record.payload) else {
                    return fail("unreadable redrive")
                }
                redrives[Place(group: group, offset: redrive.offset), default: []].append(offset)
            default: break
            }
        }
    }

    private func event(at offset: UInt64) -> SampleEvent? {
        records[offset].map { found in found.batch.withRecord(at: offset) { SampleEvent($0) } }
    }

    /// Everything that clients were promised is on disk.
    private func checkNothingIsLost() {
        for (offset, event) in acceptedAt where self.event(at: offset) != event {
            fail("accepted event at \(offset) is lost")
        }
        for place in ackAnswered where !isSettled(place) {
            fail("answered ack of \(place.offset) in \(place.group) is lost")
        }
        checkTransactions()
        checkIDs()
    }

    private func isSettled(_ place: Place) -> Bool {
        settled.contains(place)
            || redrives[place]?.contains { settled.contains(Place(group: place.group, offset: $0)) }
                == true
    }

    private func checkIDs() {
        var seen: [String: UInt64] = [:]
        for (offset, found) in records where found.kind == .event {
            let id = found.batch.withRecord(at: offset) { SampleEvent($0).id }
            if !id.isEmpty, let other = seen.updateValue(offset, forKey: id) {
                fail("id \(id) at \(other) and \(offset)")
            }
        }
    }

    /// A transaction's event, map write and settlement are in one batch, or nowhere.
    private func checkTransactions() {
        var parts: [Int: [UInt64]] = [:]
        for (offset, found) in records where found.kind == .event || found.kind == .mapPut {
            let text = found.batch.withRecord(at: offset) { String(decoding: $0.payload, as: UTF8.self) }
            guard let mark = text.firstRange(of: "tx-"),
                let number = Int(text[mark.upperBound...].prefix { $0.isNumber })
            else { continue }
            parts[number, default: []].append(found.batch.base)
        }
        for (number, bases) in parts {
            if bases.count != 2 || Set(bases).count != 1 {
                fail("transaction \(number) is in batches \(bases)")
            }
            if refusedTransactions.contains(number) { fail("refused transaction \(number) happened") }
        }
        for number in doneTransactions where parts[number] == nil {
            fail("done transaction \(number) is lost")
        }
    }

    // MARK: Clients

    /// A settle reached the Broker.
    func received(_ settle: SimulatedClient.Settling) {
        for (held, outcome) in zip(settle.held, settle.outcomes) where outcome.kind != .inProgress {
            let hold = Hold(subscription: held.subscription, delivery: outcome.delivery)
            guard let holding = holdings.removeValue(forKey: hold) else { continue }
            if settle.transaction > 0 { tentative[hold] = (holding, settle.transaction) }
            if outcome.kind == .ack {
                ackedByClient.insert(Place(group: held.group, offset: held.delivery.offset))
            }
        }
    }

    func joined(_ subscription: UInt32, _ group: String) { groupOf[subscription] = group }

    func sessionEnded(_ session: UInt32) { forget { $0.session == session } }

    func left(_ subscription: UInt32, _ session: UInt32) {
        forget { $0.subscription == subscription && $0.session == session }
    }

    private func forget(where isGone: (Holding) -> Bool) {
        holdings = holdings.filter { !isGone($0.value) }
        tentative = tentative.filter { !isGone($0.value.holding) }
    }

    func revoked(_ subscription: UInt32, _ ids: [UInt64]) {
        for id in ids {
            holdings[Hold(subscription: subscription, delivery: id)] = nil
            tentative[Hold(subscription: subscription, delivery: id)] = nil
        }
    }

    /// The Broker answered a publish.
    func published(_ session: UInt32, _ runs: [PublishRun], _ events: [SampleEvent]) {
        readLog()
        var place = 0
        for run in runs {
            for step in 0..<UInt64(run.count) {
                guard place < events.count else { return fail("more results than events") }
                let event = events[place]
                place += 1
                switch run.status {
                case .accepted:
                    let offset = run.offset + step
                    if offset >= log.durableEnd { fail("\(offset) answered before it was on disk") }
                    if self.event(at: offset) != event { fail("\(offset) is not what was published") }
                    if acceptedAt.updateValue(event, forKey: offset) != nil {
                        fail("\(offset) accepted twice")
                    }
                    if let last = lastAccepted[session], last >= offset { fail("\(offset) after \(last)") }
                    lastAccepted[session] = offset
                case .duplicate:
                    if run.offset >= log.durableEnd {
                        fail("duplicate of \(run.offset) before that was on disk")
                    }
                    if self.event(at: run.offset) != event {
                        fail("\(run.offset) is not a duplicate of what was sent")
                    }
                case .conflict:
                    guard let other = self.event(at: run.offset) else { return fail("conflict with nothing") }
                    if other.id != event.id || other == event { fail("\(run.offset) is no conflict") }
                case .refused, .rejected: break
                }
            }
        }
    }

    /// The Broker answered a settle.
    func settled(_ result: SettledBody, _ settle: SimulatedClient.Settling) {
        readLog()
        for (place, status) in result.outcomes.enumerated()
        where place < settle.held.count && status == .done {
            let held = settle.held[place]
            guard result.status == .done, settle.outcomes[place].kind == .ack,
                configs[held.group]?.durable == true
            else { continue }
            let name = Place(group: held.group, offset: held.delivery.offset)
            ackAnswered.insert(name)
            if !isOnDisk(name) {
                fail("ack of \(name.offset) in \(name.group) answered before it was on disk")
            }
        }
        guard settle.transaction > 0 else { return }
        for (held, outcome) in zip(settle.held, settle.outcomes) {
            let hold = Hold(subscription: held.subscription, delivery: outcome.delivery)
            // A later transaction may have named a delivery that an earlier one still decides about.
            guard let stands = tentative[hold], stands.transaction == settle.transaction else { continue }
            tentative[hold] = nil
            if result.status != .done { holdings[hold] = stands.holding }
        }
        if result.status == .done {
            doneTransactions.insert(settle.transaction)
            for write in result.writes where write.revision >= log.durableEnd {
                fail("write \(write.revision) answered before it was on disk")
            }
            for (write, done) in zip(settle.writes, result.writes) { check(write, done.revision) }
        } else {
            refusedTransactions.insert(settle.transaction)
        }
    }

    private func check(_ write: MapWrite, _ revision: UInt64) {
        guard let found = records[revision] else { return fail("no record of write \(revision)") }
        found.batch.withRecord(at: revision) { record in
            let isSame =
                record.key.elementsEqual(write.key.utf8)
                && record.topic.elementsEqual("map.\(write.map)".utf8)
            if !isSame || record.kind != (write.operation == .put ? .mapPut : .mapDelete) {
                fail("record \(revision) is not the write it stands for")
            }
        }
    }

    private func isOnDisk(_ place: Place) -> Bool {
        for batch in log.disk {
            var isThere = false
            batch.forEach { _, record in
                guard record.kind == .settlement, record.key.elementsEqual(place.group.utf8),
                    let settlement = SettlementRecord(record.payload)
                else { return }
                let offsets = [place.offset] + (redrives[place] ?? [])
                if offsets.contains(where: settlement.settled.contains) { isThere = true }
            }
            if isThere { return true }
        }
        return false
    }

    /// The Broker answered a map read: what it says was written so, and is on disk.
    func read(_ map: String, _ entries: [MapEntry]) {
        readLog()
        for entry in entries {
            if entry.revision >= log.durableEnd {
                fail("map entry \(entry.revision) shown before it was on disk")
            }
            guard let found = records[entry.revision] else {
                return fail("no record of entry \(entry.revision)")
            }
            found.batch.withRecord(at: entry.revision) { record in
                if record.kind != .mapPut || !record.key.elementsEqual(entry.key.utf8)
                    || !record.payload.dropFirst(8).elementsEqual(entry.value)
                {
                    fail("record \(entry.revision) does not say what the map shows")
                }
            }
        }
    }

    func tapped(_ batch: StoredBatch) {
        if batch.end > log.durableEnd { fail("batch \(batch.base) tapped before it was on disk") }
    }

    /// The Broker handed events out.
    func delivered(_ client: SimulatedClient, _ subscription: UInt32, _ deliveries: [Delivered]) {
        readLog()
        guard let group = groupOf[subscription], let config = configs[group] else {
            return fail("delivery to unknown subscription \(subscription)")
        }
        for delivery in deliveries {
            let place = Place(group: group, offset: delivery.offset)
            let name = "\(delivery.offset) of \(delivery.event.key) in \(group)"
            if delivery.offset >= log.durableEnd { fail("\(name) delivered before it was on disk") }
            if event(at: delivery.offset) != delivery.event { fail("\(name) is not what was published") }
            let hold = Hold(subscription: subscription, delivery: delivery.id)
            if !handedOut.insert(Place(group: group, offset: delivery.id)).inserted {
                fail("delivery id \(delivery.id) twice in \(group)")
            }
            let others = holdings.values.filter { $0.group == group && $0.key == delivery.event.key }
            if others.contains(where: { $0.subscription != subscription }) {
                fail("\(name): two members")
            }
            if delivery.isRedriven {
                let open = redrives[place]?.contains { !settled.contains(Place(group: group, offset: $0)) }
                if open != true { fail("\(name) redriven without being asked for") }
            } else if config.durable {
                if settled.contains(place) { fail("\(name) delivered after it was settled") }
                checkOrder(delivery, group, others.map(\.offset), name)
            }
            holdings[hold] = Holding(
                group: group, key: delivery.event.key, offset: delivery.offset,
                session: client.connection.session,
                subscription: subscription, isRedriven: delivery.isRedriven)
        }
    }

    private func checkOrder(_ delivery: Delivered, _ group: String, _ held: [UInt64], _ name: String) {
        let waiting = unjournalled(group)
        for earlier in byKey[delivery.event.key] ?? []
        where earlier < delivery.offset && !waiting.contains(earlier) {
            guard matches(group, earlier), !settled.contains(Place(group: group, offset: earlier)) else {
                continue
            }
            let isTentative = tentative.values.contains { $0.holding.group == group && $0.holding.offset == earlier }
            if !held.contains(earlier), !isTentative { fail("\(name) overtook \(earlier)") }
        }
        if let later = held.first(where: {
            $0 > delivery.offset && redrives[Place(group: group, offset: $0)] == nil
        }) {
            fail("\(name) comes after \(later)")
        }
    }

    private func matches(_ group: String, _ offset: UInt64) -> Bool {
        guard let config = configs[group], let found = records[offset] else { return false }
        let one = StateDescription.matching(config, group, [found.batch])
        return one.contains(offset)
    }

    /// At the end, with everything worked off: each group has settled each event, and only what was acked or given up.
    func finish() {
        readLog()
        checkNothingIsLost()
        for (group, config) in configs where config.durable {
            for offset in StateDescription.matching(config, group, log.disk) {
                let place = Place(group: group, offset: offset)
                guard settled.contains(place) else {
                    fail("\(offset) was never settled in \(group)")
                    continue
                }
                if records[offset]?.kind == .event, !ackedByClient.contains(place), !letters.contains(place) {
                    fail("\(offset) was settled in \(group) by nobody")
                }
            }
        }
        for text in log.gaps { fail(text) }
    }
}
