import Events
import TestSupport
import Testing

@testable import CRMBridgeSvc

@Suite struct InteractionMachineTests {
    private func play(_ inputs: [InteractionInput], _ start: Interaction) -> (Interaction, [ActivityLog]) {
        var interaction = start
        var logs: [ActivityLog] = []
        for input in inputs {
            let effects = InteractionMachine.apply([input], to: &interaction)
            if let log = effects.log { logs.append(log) }
        }
        return (interaction, logs)
    }

    @Test("Whatever ends it, there is one record with its outcome and times", arguments: InteractionScenes.all)
    func records(scene: InteractionScenes.Scene) throws {
        let (_, logs) = play(scene.inputs, scene.start)
        let log = try #require(logs.last)
        #expect(logs.count == 1)
        #expect(log.outcome == scene.outcome)
        #expect([log.ring, log.talk, log.hold] == scene.times)
        #expect(log.id == scene.start.id)
    }

    @Test("Shuffled and repeated events end in the same record", arguments: InteractionScenes.all)
    func orderDoesNotMatter(scene: InteractionScenes.Scene) throws {
        let (_, expected) = play(scene.inputs, scene.start)
        for seed in 1...200 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            var inputs = scene.inputs + scene.inputs.filter { _ in Bool.random(using: &random) }
            // What begins a transfer is this service's own, and comes before what is told of it.
            let own = inputs.filter { if case .begins = $0 { true } else { false } }
            inputs = own + inputs.filter { if case .begins = $0 { false } else { true } }.shuffled(using: &random)
            let (interaction, logs) = play(inputs, scene.start)
            var last = try #require(logs.last, "seed \(seed)")
            last.revision = 1
            #expect(last == expected.last, "seed \(seed): \(interaction.marks)")
            #expect(Set(logs.map(\.id)).count == 1, "seed \(seed)")
            #expect(logs.map(\.revision) == Array(1...logs.count), "seed \(seed)")
        }
    }

    @Test(
        "With events lost there is at most one record, and one as soon as an end was told",
        arguments: InteractionScenes.all)
    func lossIsSurvived(scene: InteractionScenes.Scene) {
        for seed in 1...200 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            let inputs = scene.inputs.dropLast().filter { _ in Double.random(in: 0..<1, using: &random) < 0.7 }
            let (interaction, logs) = play(inputs + [scene.inputs[scene.inputs.count - 1]], scene.start)
            #expect(interaction.state.isFinal == !logs.isEmpty, "seed \(seed)")
            #expect(Set(logs.map(\.id)).count <= 1, "seed \(seed)")
            if let log = logs.last {
                #expect(min(log.ring, log.talk, log.hold, log.wrap) >= 0, "seed \(seed)")
                #expect(log.ended >= log.started, "seed \(seed)")
            }
        }
    }

    @Test("A final state is never left, whatever comes later", arguments: InteractionScenes.all)
    func neverStepsBack(scene: InteractionScenes.Scene) {
        for seed in 1...100 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            var interaction = scene.start
            var isFinal = false
            for input in scene.inputs.shuffled(using: &random) {
                _ = InteractionMachine.apply([input], to: &interaction)
                // An acceptance that comes late tells that it was no miss; nothing else reopens.
                if isFinal, interaction.marks[.accepted] == nil { #expect(interaction.state.isFinal, "seed \(seed)") }
                isFinal = interaction.state.isFinal
            }
        }
    }

    @Test("What is stored reads back as it was", arguments: InteractionScenes.all)
    func storage(scene: InteractionScenes.Scene) throws {
        var (interaction, _) = play(scene.inputs, scene.start)
        interaction.matches = [
            ContactMatch(record: CRMRecord(entity: "contact", id: "1"), matchedOn: .phoneExact, score: 0.5)
        ]
        interaction.requests = ["a"]
        let back = try #require(Interaction(stored: JSONValue(parsing: interaction.stored.bytes)))
        #expect(back == interaction)
    }

    @Test("Who ended it is told apart", arguments: zip(0...2, ["customer", "agent", "agent"]))
    func endedBy(index: Int, who: String) {
        let scene = InteractionScenes.all[index]
        #expect(play(scene.inputs, scene.start).0.endedBy == who)
    }

    @Test("Each repeat after the end changes nothing: no revision, no event, no record")
    func repeatsAreSilent() {
        let scene = InteractionScenes.all[0]
        var (interaction, _) = play(scene.inputs, scene.start)
        let revision = interaction.revision
        for input in scene.inputs {
            let effects = InteractionMachine.apply([input], to: &interaction)
            #expect(effects == InteractionMachine.Effects())
        }
        #expect(interaction.revision == revision)
    }

    @Test("Notes that come after the end raise the record's revision, its id stays")
    func lateNotes() throws {
        let scene = InteractionScenes.all[0]
        var (interaction, _) = play(scene.inputs, scene.start)
        let effects = InteractionMachine.apply(
            [.disposition(.init(code: "sale", notes: "later"))], to: &interaction)
        let log = try #require(effects.log)
        #expect(log.revision == 2)
        #expect(log.id == "WT1")
        #expect(log.notes == "later")
    }

    @Test("The agent sees hold and mute while the call lives, and nothing of them after it")
    func holdAndMute() {
        var (interaction, _) = play(Array(InteractionScenes.answered.prefix(5)), InteractionScenes.task())
        #expect(interaction.isHeld)
        #expect(!interaction.isMuted)
        let view = interaction.view(DispositionSettings())
        #expect(view["heldSinceTs"]?.integer == 10_000)
        #expect(view["call"]?["state"] == "held")
        _ = InteractionMachine.apply([InteractionScenes.step(7, .mute, "worker", at: 11_000)], to: &interaction)
        #expect(interaction.isMuted)
        _ = InteractionMachine.apply([.mark(.conferenceEnded, at: 12_000)], to: &interaction)
        #expect(!interaction.isHeld && !interaction.isMuted)
        #expect(interaction.state == .wrapup)
        #expect(interaction.view(DispositionSettings())["durations"]?["holdMs"]?.integer == 2_000)
    }

    @Test("A customer who has left can still turn out to be handed on, once; one who was never had cannot")
    func handOver() {
        var (interaction, _) = play(
            InteractionScenes.answered + [InteractionScenes.step(5, .leave, "customer", at: 20_000)],
            InteractionScenes.task())
        #expect(interaction.state == .wrapup)
        #expect(interaction.canHandOver)
        _ = InteractionMachine.apply([.transfer(.completed, sid: "WT2", at: 20_100)], to: &interaction)
        #expect(!interaction.canHandOver)
        #expect(interaction.endedBy == "agent")
        _ = InteractionMachine.apply([.mark(.completed, at: 25_000)], to: &interaction)
        #expect(interaction.state == .transferred)
        #expect(!play([.mark(.offered, at: 1), .mark(.missed, at: 2)], InteractionScenes.task()).0.canHandOver)
    }

    @Test("A chat is connected by its acceptance and over with its task")
    func chat() throws {
        let start = Interaction(id: "WT9", agentID: "ana", channel: .chat, direction: .inbound)
        let (interaction, logs) = play(
            [.mark(.offered, at: 1), .mark(.accepted, at: 5), .mark(.wrapping, at: 20), .mark(.completed, at: 30)],
            start)
        #expect(interaction.state == .completed)
        let log = try #require(logs.last)
        #expect([log.ring, log.talk, log.wrap] == [4, 15, 10])
    }

    @Test("A forgotten wrap-up is ended once, with the time of its limit")
    func abandoned() throws {
        let (_, logs) = play(
            InteractionScenes.answered + [.mark(.conferenceEnded, at: 20_000), .mark(.abandoned, at: 620_000)],
            InteractionScenes.task())
        #expect(logs.count == 1)
        #expect(logs.last?.wrap == 600_000)
    }

    @Test("A call of which nothing was heard is unknown, and is known again when it calls back")
    func unknownCall() {
        var interaction = InteractionScenes.dial(ringsCustomer: false)
        interaction.dial?.agent = .unknown
        let effects = InteractionMachine.apply([.mark(.unknown, at: 31_000)], to: &interaction)
        #expect(interaction.state == .completed)
        #expect(effects.log?.outcome == .failed)
        _ = InteractionMachine.apply([InteractionScenes.leg(.agent, .agentAnswered, at: 3_000)], to: &interaction)
        #expect(interaction.state == .dialing)
    }
}
