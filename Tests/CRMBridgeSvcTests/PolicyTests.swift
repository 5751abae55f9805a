import Events
import Phone
import TestSupport
import Testing

@testable import CRMBridgeSvc

@Suite struct PolicyTests {
    static let team = TeamSettings(
        callerID: "+34911111111", country: try? Region("ES"), allowedCountries: ["ES", "GB"])
    static let agent = AgentRecord(
        agentID: "ana", workerSID: "WK1", attributes: JSONObject(), activityName: "Available", activitySID: "WA1",
        isAvailable: true, since: 0, version: 0)

    private func plan(
        _ number: String, team: TeamSettings = team,
        _ change: (inout DialPolicy.Situation, inout DialRequest) -> Void = { _, _ in }
    ) throws(DialRefusal) -> DialPolicy.Plan {
        var situation = DialPolicy.Situation(agent: Self.agent, now: 100_000)
        var request = DialRequest(dialID: "DL1", agentID: "ana", number: number)
        change(&situation, &request)
        return try DialPolicy.plan(request, teams: ["default": team], in: situation)
    }

    private func reason(
        _ number: String, team: TeamSettings = team,
        _ change: (inout DialPolicy.Situation, inout DialRequest) -> Void = { _, _ in }
    ) -> DialRefusal.Reason? {
        do {
            _ = try plan(number, team: team, change)
            return nil
        } catch { return error.reason }
    }

    @Test(
        "Numbers are read by the team's country, or the one that the page names",
        arguments: [
            ("600 11 12 22", nil, "+34600111222"), ("+44 20 7946 0018", nil, "+442079460018"),
            ("020 7946 0018", "GB", "+442079460018"), ("tel:+34-600-111-222", nil, "+34600111222"),
        ] as [(String, String?, String)])
    func reads(number: String, region: String?, e164: String) throws {
        #expect(try plan(number) { $1.region = region }.e164 == e164)
    }

    @Test(
        "What is no number, or none that exists, is refused", arguments: ["", "hello", "+34 1", "12", "+999123456789"])
    func invalid(number: String) { #expect(reason(number) == .invalidNumber) }

    @Test("A country that is not listed is refused with what would help")
    func unlisted() throws {
        #expect(throws: DialRefusal.self) { try plan("+1 415 555 2671") }
        do { _ = try plan("+1 415 555 2671") } catch {
            #expect(error.reason == .blocked)
            #expect(error.remedy?.contains("US") == true)
            #expect(!error.detail.contains("415"))
        }
    }

    @Test("Each guard has its reason")
    func guards() {
        #expect(reason("600111222") == nil)
        #expect(reason("600111222") { situation, _ in situation.isExpired = true } == .expired)
        #expect(reason("600111222") { situation, _ in situation.agent?.isAvailable = false } == .offline)
        #expect(reason("600111222") { situation, _ in situation.agent = nil } == .blocked)
        #expect(
            reason("600111222") {
                $0.leader = "p1"; $1.panelID = "p2"
            } == .notLeader)
        #expect(
            reason("600111222") {
                $0.leader = "p1"; $1.panelID = "p1"
            } == nil)
        #expect(
            reason("600111222") {
                $0.leader = nil; $1.panelID = "p2"
            } == nil)
        #expect(
            reason("600111222") { situation, _ in situation.dials = Array(repeating: 90_000, count: 20) }
                == .rateLimited)
        #expect(reason("600111222") { situation, _ in situation.dials = Array(repeating: 30_000, count: 20) } == nil)
    }

    @Test("An agent in a call, or with one on offer, dials nobody; one in wrap-up may")
    func busy() {
        var offered = InteractionScenes.task()
        _ = InteractionMachine.apply([.mark(.offered, at: 1)], to: &offered)
        #expect(reason("600111222") { situation, _ in situation.interactions = [offered] } == .busy)
        var over = offered
        _ = InteractionMachine.apply([.mark(.accepted, at: 2), .mark(.conferenceEnded, at: 3)], to: &over)
        #expect(over.state == .wrapup)
        #expect(reason("600111222") { situation, _ in situation.interactions = [over] } == nil)
    }

    @Test("A country that the account may not call is refused with the way to the setting")
    func permission() {
        do { try DialPolicy.check("ES", isAllowed: false) } catch {
            #expect(error.reason == .noPermission)
            #expect(error.remedy?.contains("Geographic permissions") == true)
        }
    }

    @Test("A leg is asked for once; later it is only searched, and given up in the end")
    func dialMachine() {
        var machine = DialMachine(e164: "+1", callerID: "+2")
        #expect(machine.want(.agent, now: 1_000) == .create)
        for now in stride(from: 1_001, to: 31_000, by: 500) {
            #expect(machine.want(.agent, now: now) == .find(since: 1_000))
        }
        #expect(machine.want(.agent, now: 31_000) == .giveUp)
        #expect(machine.want(.agent, now: 31_001) == .none)
        machine.placed(.agent)
        #expect(machine.agent == .placed)
    }

    @Test("However clicks, crashes and answers interleave, a leg is created once at most")
    func createdOnce() {
        for seed in 1...500 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            var stored = DialMachine(e164: "+1", callerID: "+2")
            var created = 0
            var now = 0
            for _ in 0..<40 {
                now += Int.random(in: 0...3_000, using: &random)
                var machine = stored
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    let action = machine.want(.agent, now: now)
                    stored = machine
                    if action == .create { created += 1 }
                case 1: stored.placed(.agent)
                case 2: if stored.agent == .creating { stored.failed(.agent, reason: "x") }
                // A process that dies before it stores what it decided has not asked the provider either.
                default: _ = machine.want(.agent, now: now)
                }
            }
            #expect(created <= 1, "seed \(seed)")
        }
    }

    @Test("The record is shown by the configured trigger, once, and not for what is over")
    func pops() {
        var settings = PopSettings()
        var interaction = InteractionScenes.task()
        _ = InteractionMachine.apply([.mark(.offered, at: 1)], to: &interaction)
        #expect(PopPolicy.trigger(interaction, settings: settings) == nil)
        #expect(PopPolicy.needsLookup(interaction, settings: settings))
        settings[.voice, .inbound] = .offered
        #expect(PopPolicy.trigger(interaction, settings: settings) == "offered")
        settings[.voice, .inbound] = .accepted
        _ = InteractionMachine.apply([.mark(.accepted, at: 2)], to: &interaction)
        #expect(PopPolicy.trigger(interaction, settings: settings) == "accepted")
        _ = InteractionMachine.apply([.popped(trigger: "accepted")], to: &interaction)
        #expect(PopPolicy.trigger(interaction, settings: settings) == nil)
        settings[.voice, .inbound] = .selected
        interaction.pops = []
        #expect(PopPolicy.trigger(interaction, settings: settings) == nil)
        settings[.voice, .inbound] = .accepted
        _ = InteractionMachine.apply([.mark(.completed, at: 3)], to: &interaction)
        #expect(PopPolicy.trigger(interaction, settings: settings) == nil)
        #expect(settings[.chat, .outbound] == .never)
    }

    @Test("A beat keeps the leader, a take moves it, a release frees it")
    func lease() {
        #expect(AgentLease.decide(.beat, by: "a", holder: nil) == .hold)
        #expect(AgentLease.decide(.beat, by: "a", holder: "a") == .hold)
        #expect(AgentLease.decide(.beat, by: "a", holder: "b") == .none)
        #expect(AgentLease.decide(.take, by: "a", holder: "b") == .hold)
        #expect(AgentLease.decide(.release, by: "a", holder: "b") == .none)
        #expect(AgentLease.decide(.release, by: "a", holder: "a") == .release)
    }

    @Test("A required code is required to complete, not to note; a starred one needs notes")
    func dispositions() {
        let rule = DispositionSettings.Rule(
            isRequired: true, codes: [DispositionSettings.Code("sale=Sold"), DispositionSettings.Code("other=Else*")])
        func problem(_ code: String?, _ notes: String?, completes: Bool) -> String? {
            DispositionRule.problem(.init(code: code, notes: notes), rule: rule, completes: completes)?.code
        }
        #expect(problem(nil, nil, completes: true) == "crm.disposition_required")
        #expect(problem(nil, nil, completes: false) == nil)
        #expect(problem("sale", nil, completes: true) == nil)
        #expect(problem("other", nil, completes: true) == "crm.disposition_required")
        #expect(problem("other", "why", completes: true) == nil)
        #expect(problem("bogus", nil, completes: false) == "crm.parameter")
        #expect(problem("sale", String(repeating: "x", count: 4_001), completes: false) == "crm.parameter")
    }
}
