import DequeModule
import Events
import Wire

@testable import Broker

/// What a Broker's state says, in a form that does not depend on how it came about.
struct StateDescription: Equatable {
    struct Group: Equatable {
        var config: GroupConfig
        /// Matching records on disk that are not settled.
        var unsettled: [UInt64] = []
        /// Failed attempts of those, where there are any.
        var attempts: [UInt64: UInt16] = [:]
        var deadLetters: [UInt64: [UInt8]] = [:]
        var parkedKeys: [UInt64: Int] = [:]
    }

    struct Entry: Equatable {
        var value: [UInt8]
        var revision: UInt64
        var expires: UInt64
    }

    var groups: [String: Group] = [:]
    var maps: [String: Entry] = [:]
    /// Offsets of events that the dedup index finds by their id.
    var known: Set<UInt64> = []

    /// - Parameters:
    ///   - core: Between two turns, with nothing in flight.
    ///   - disk: Everything that is on disk.
    init(_ core: BrokerCore<MemorySource>, disk: [StoredBatch]) {
        var mapNames: Set<String> = []
        for batch in disk {
            batch.forEach { offset, record in
                if record.kind == .mapPut {
                    mapNames.insert(String(decoding: record.topic.dropFirst(4), as: UTF8.self))
                }
                let isKnown = core.dedup.candidates(KeyHash.id(record.id)) { $0 == offset } != nil
                if record.kind == .event, isKnown { known.insert(offset) }
            }
        }
        for name in mapNames {
            let page = core.maps.list(MapListBody(map: name), maxBytes: .max, now: 0)
            for entry in page.entries {
                maps["\(name)/\(entry.key)"] = Entry(
                    value: entry.value, revision: entry.revision, expires: entry.expires)
            }
        }
        for (name, group) in core.groups where group.config.durable {
            groups[name] = StateDescription.describe(group, disk: disk)
        }
    }

    /// Where two states differ, in a line each.
    func differences(from other: StateDescription) -> [String] {
        var lines: [String] = []
        for name in Set(groups.keys).union(other.groups.keys).sorted() {
            guard let one = groups[name], let two = other.groups[name] else {
                lines.append("group \(name) is only in one")
                continue
            }
            if one.config != two.config { lines.append("\(name): configurations") }
            if one.unsettled != two.unsettled {
                lines.append("\(name): unsettled \(Set(one.unsettled).symmetricDifference(two.unsettled).sorted())")
            }
            if one.attempts != two.attempts { lines.append("\(name): attempts \(one.attempts) \(two.attempts)") }
            for offset in Set(one.deadLetters.keys).union(two.deadLetters.keys).sorted() {
                if one.deadLetters[offset] != two.deadLetters[offset] { lines.append("\(name): letter \(offset)") }
            }
            if one.parkedKeys != two.parkedKeys { lines.append("\(name): \(one.parkedKeys) \(two.parkedKeys)") }
        }
        if maps != other.maps { lines.append("maps \(maps) \(other.maps)") }
        if known != other.known { lines.append("ids \(known.symmetricDifference(other.known).sorted())") }
        return lines
    }

    private static func describe(_ group: GroupMachine, disk: [StoredBatch]) -> Group {
        var description = Group(config: group.config, parkedKeys: group.parkedKeys)
        // Where the group reads on differs after a restart, and with it which redrives are unread: only letters count.
        if group.config.onExhausted == .parkKey {
            for key in group.unreadRedrives.values {
                let holding = description.parkedKeys[key] ?? 0
                description.parkedKeys[key] = holding > 1 ? holding - 1 : nil
            }
        }
        var settled = group.restoredSettled.union(group.passedSettled)
        for entry in group.entries {
            if entry.state == .settled { settled.insert(entry.offset) }
            let failed = entry.attempts - (entry.state == .delivered ? 1 : 0)
            if entry.state != .settled, failed > 0 { description.attempts[entry.offset] = failed }
        }
        description.attempts.merge(group.restoredAttempts) { live, _ in live }
        for offset in matching(group.config, group.name, disk) where offset >= group.floor {
            if !settled.contains(offset) { description.unsettled.append(offset) }
        }
        let unsettled = Set(description.unsettled)
        description.attempts = description.attempts.filter { unsettled.contains($0.key) }
        description.deadLetters = group.deadLetters.mapValues(\.bytes)
        return description
    }

    /// Offsets that a group with these filters has to deal with, whatever it has done.
    static func matching(_ config: GroupConfig, _ name: String, _ disk: [StoredBatch]) -> [UInt64] {
        let filters = config.filters.compactMap { try? TopicFilter($0) }
        var offsets: [UInt64] = []
        for batch in disk {
            batch.forEach { offset, record in
                switch record.kind {
                case .event, .mapPut, .mapDelete:
                    if filters.contains(where: { $0.matches(record.topic) }) { offsets.append(offset) }
                case .redrive:
                    if record.key.elementsEqual(name.utf8) { offsets.append(offset) }
                default: break
                }
            }
        }
        return offsets
    }
}
