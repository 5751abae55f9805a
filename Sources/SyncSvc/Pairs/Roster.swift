import Events

/// Decides who has to be added and removed so that the same people take part on both sides.
struct Roster {
    enum Action: Hashable, Sendable {
        /// Add a person to a side; the entry says where they came from.
        case add(PairParticipant, to: Side)
        /// Remove a participant (`MB…`): they left on the other side.
        case remove(String, from: Side)
    }

    /// Someone on one side, with the name that both sides know.
    struct Person: Hashable, Sendable {
        var name: String
        var sid: String
        var role: PairParticipant.Role
    }

    /// Identities that are no people: how the sample's and our notices are signed.
    static let systemPrefix = "NotifyAgent."

    let dialects: BothSides<Dialect>

    /// - Returns: The entries as they stand afterwards, without those still to be added, and what is to be done.
    func plan(
        _ known: [PairParticipant], present: BothSides<[Person]>
    ) -> (entries: [PairParticipant], actions: [Action]) {
        var entries: [PairParticipant] = []
        var actions: [Action] = []
        var seen: Set<String> = []
        for entry in known where seen.insert(entry.name).inserted {
            let flex = present.flex.first { $0.name == entry.name }
            let frontline = present.frontline.first { $0.name == entry.name }
            let wasOnBoth = !entry.sids.flex.isEmpty && !entry.sids.frontline.isEmpty
            switch (flex, frontline) {
            case (let flex?, let frontline?):
                var entry = entry
                entry.sids = BothSides(flex: flex.sid, frontline: frontline.sid)
                entries.append(entry)
            case (let flex?, nil):
                settle(entry, flex, on: .flex, wasOnBoth: wasOnBoth, &entries, &actions)
            case (nil, let frontline?):
                settle(entry, frontline, on: .frontline, wasOnBoth: wasOnBoth, &entries, &actions)
            case (nil, nil): break
            }
        }
        for side in Side.allCases {
            for person in present[side] where !person.name.hasPrefix(Self.systemPrefix) {
                guard seen.insert(person.name).inserted else { continue }
                var entry = PairParticipant(
                    name: person.name, role: person.role, origin: side, sids: BothSides(both: ""))
                entry.sids[side] = person.sid
                if let twin = present[side.other].first(where: { $0.name == person.name }) {
                    entry.sids[side.other] = twin.sid
                    entries.append(entry)
                } else if isWanted(entry, on: side.other) {
                    actions.append(.add(entry, to: side.other))
                }
            }
        }
        return (entries, actions)
    }

    /// Someone who is on one side only: left on the other, or not there yet.
    private func settle(
        _ entry: PairParticipant, _ person: Person, on side: Side, wasOnBoth: Bool, _ entries: inout [PairParticipant],
        _ actions: inout [Action]
    ) {
        if wasOnBoth {
            actions.append(.remove(person.sid, from: side))
        } else if isWanted(entry, on: side.other) {
            var entry = entry
            entry.sids[side] = person.sid
            actions.append(.add(entry, to: side.other))
        }
    }

    /// Flex Conversations brings agents in itself, with their work.
    private func isWanted(_ entry: PairParticipant, on side: Side) -> Bool {
        !(entry.role == .agent && side == .flex && dialects.flex == .conversations)
    }
}
