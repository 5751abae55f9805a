import Bus
import Events
import Hosting
import Logging
import Wire

/// Changes interactions: reads, decides by ``InteractionMachine``, and writes with all that follows in one transaction.
struct BridgeDesk: Sendable {
    /// Rounds against others who change the same interaction.
    static let maxRounds = 16

    let store: BridgeStore
    let settings: CRMSettings
    let events: BridgeEvents
    let finder: any ContactFinder
    let metrics: CRMMetrics
    let logger: Logger
    let now: @Sendable () -> Timestamp

    var milliseconds: Int { Int(now().unixNanoseconds / 1_000_000) }

    /// Changes one interaction.
    ///
    /// - Parameters:
    ///   - key: Its key.
    ///   - make: What it begins as when it is not there yet, with further writes; nil: then nothing is done.
    ///   - publishes: Go with the change, whether there is one or not.
    ///   - query: For whom the CRM is asked, when it has not been yet.
    ///   - decide: What happened; may throw to change nothing.
    /// - Returns: The interaction as it is now; nil when there is none.
    /// - Throws: What `decide` throws, ``CRMFailure/contended(rounds:)``, ``BusError``.
    @discardableResult
    func change(
        _ key: String, orMake make: (interaction: Interaction, writes: [MapWrite])? = nil,
        publishes: [OutgoingEvent] = [], query: ContactQuery? = nil,
        _ decide: (Interaction) throws -> [InteractionInput]
    ) async throws -> Interaction? {
        for _ in 0..<Self.maxRounds {
            let loaded = try await store.load(key)
            guard var interaction = loaded?.interaction ?? make?.interaction else { return nil }
            let known = interaction.legs
            var inputs = try decide(interaction)
            inputs += try await customer(inputs, interaction, query)
            let effects = InteractionMachine.apply(inputs, to: &interaction)
            var all = publishes
            var writes: [MapWrite] = []
            if let change = effects.change {
                if effects.tellsAcceptance {
                    let id = "\(interaction.key):\(interaction.revision):accepted"
                    all.append(try events.updated(interaction, "accepted", id: id))
                }
                all.append(try events.updated(interaction, change.rawValue))
                all += try pops(inputs, interaction)
                writes.append(store.write(interaction, expecting: loaded?.revision ?? 0))
                if loaded == nil { writes += make?.writes ?? [] }
                // By its SID too: what a listing tells of a call says nothing else.
                for (leg, call) in interaction.legs where known[leg] != call {
                    writes.append(store.link(call, leg.rawValue, to: interaction.key, isNew: false))
                }
                all += try checks(inputs, interaction, isNew: loaded == nil)
            }
            if let log = effects.log {
                let row = try ActivityOutbox.enqueue(log, at: now())
                all.append(row.event)
                writes.append(row.write)
            }
            if effects.beginsWrapUp {
                let limit = Int(settings.wrapUpLimit.components.seconds * 1_000)
                all.append(try events.wrapUpDue(interaction, at: (interaction.ended ?? milliseconds) + limit))
            }
            if all.isEmpty, writes.isEmpty { return interaction }
            // What may be there is found by the next round, which then changes nothing.
            if try await store.commit(all, writes) {
                count(inputs, effects, interaction)
                return interaction
            }
            metrics.lostRounds.add()
        }
        throw CRMFailure.contended(rounds: Self.maxRounds)
    }

    /// Asks what became of it when nothing is heard: from its beginning, and from the moment the agent hung up.
    private func checks(
        _ inputs: [InteractionInput], _ interaction: Interaction, isNew: Bool
    ) throws -> [OutgoingEvent] {
        let hungUp = inputs.contains { if case .mark(.hungUp, _) = $0 { true } else { false } }
        return try (isNew ? [""] : []).map { try events.checkDue(interaction, $0) }
            + (hungUp ? [":hungup"] : []).map { try events.checkDue(interaction, $0) }
    }

    private func count(
        _ inputs: [InteractionInput], _ effects: InteractionMachine.Effects, _ interaction: Interaction
    ) {
        for case .popped(let trigger) in inputs {
            metrics.count(
                pop: trigger.split(separator: ".").first.map(String.init) ?? trigger, outcome: interaction.popOutcome)
        }
        if let log = effects.log, log.revision == 1 { metrics.count(ended: log.outcome, channel: log.channel) }
    }

    /// Who the customer is, and whether his record is to be shown now.
    private func customer(
        _ inputs: [InteractionInput], _ interaction: Interaction, _ query: ContactQuery?
    ) async throws -> [InteractionInput] {
        var more: [InteractionInput] = []
        var next = interaction
        _ = InteractionMachine.apply(inputs, to: &next)
        if let query, !query.isEmpty, PopPolicy.needsLookup(next, settings: settings.pops) {
            more.append(.matches(await finder.find(query, limit: PopPolicy.maxMatches)))
        }
        if let trigger = PopPolicy.trigger(next, settings: settings.pops) { more.append(.popped(trigger: trigger)) }
        return more
    }

    private func pops(_ inputs: [InteractionInput], _ interaction: Interaction) throws -> [OutgoingEvent] {
        try inputs.compactMap { input in
            guard case .popped(let trigger) = input else { return nil }
            let name = trigger.split(separator: ".").first.map(String.init) ?? trigger
            return try events.pop(interaction, trigger: name, id: "\(interaction.id).\(trigger)")
        }
    }
}
