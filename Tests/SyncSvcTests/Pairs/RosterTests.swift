import Testing

@testable import SyncSvc

@Suite struct RosterTests {
    let roster = Roster(dialects: BothSides(both: .chat))

    func person(_ name: String, _ sid: String, _ role: PairParticipant.Role = .customer) -> Roster.Person {
        Roster.Person(name: name, sid: sid, role: role)
    }

    func entry(
        _ name: String, _ flex: String, _ frontline: String, _ role: PairParticipant.Role = .customer
    ) -> PairParticipant {
        PairParticipant(name: name, role: role, origin: .flex, sids: BothSides(flex: flex, frontline: frontline))
    }

    @Test("Who is on one side only is added to the other; who is on both is noted")
    func joins() {
        let plan = roster.plan(
            [],
            present: BothSides(
                flex: [person("Ana", "MB1"), person("agent", "MB2", .agent)],
                frontline: [person("agent", "MB9", .agent)]))
        #expect(plan.actions == [.add(entry("Ana", "MB1", ""), to: .frontline)])
        #expect(plan.entries == [entry("agent", "MB2", "MB9", .agent)])
    }

    @Test("Who left one side is removed from the other, and is not added back")
    func leaves() {
        let plan = roster.plan(
            [entry("Ana", "MB1", "MB8")], present: BothSides(flex: [], frontline: [person("Ana", "MB8")]))
        #expect(plan.actions == [.remove("MB8", from: .frontline)])
        #expect(plan.entries == [])
    }

    @Test("Who was to be added when the process ended is added by the next one")
    func interrupted() {
        let plan = roster.plan(
            [entry("Ana", "MB1", "")], present: BothSides(flex: [person("Ana", "MB1")], frontline: []))
        #expect(plan.actions == [.add(entry("Ana", "MB1", ""), to: .frontline)])
    }

    @Test("Identities of notices are no people")
    func system() {
        let plan = roster.plan(
            [], present: BothSides(flex: [], frontline: [person("NotifyAgent.agent", "MB1", .agent)]))
        #expect(plan.actions == [] && plan.entries == [])
    }

    @Test("Flex Conversations brings agents in itself")
    func agents() {
        let conversations = Roster(dialects: BothSides(both: .conversations))
        let plan = conversations.plan(
            [], present: BothSides(flex: [], frontline: [person("agent", "MB1", .agent)]))
        #expect(plan.actions == [])
    }
}
