import Events
import Hosting
import Testing

@testable import SyncSvc

@Suite("Rules about agents")
struct AgentRuleTests {
    static let on = AutoAcceptGuard(isOn: true, maxOpen: 0)
    static let bounded = AutoAcceptGuard(isOn: true, maxOpen: 2)

    struct Case: Sendable {
        let rule: AutoAcceptGuard
        let isVoice: Bool
        let isAvailable: Bool?
        let open: Int
        let decision: AutoAcceptGuard.Decision

        init(
            _ rule: AutoAcceptGuard, voice: Bool = false, available: Bool?, open: Int = 0,
            _ decision: AutoAcceptGuard.Decision
        ) {
            (self.rule, isVoice, isAvailable, self.open, self.decision) = (rule, voice, available, open, decision)
        }
    }

    static let cases = [
        Case(on, available: true, open: 9, .accept),
        Case(AutoAcceptGuard(isOn: false, maxOpen: 0), available: true, .ask(.off)),
        Case(on, voice: true, available: true, .ask(.voice)), Case(on, available: false, .ask(.away)),
        Case(bounded, available: true, open: 1, .accept), Case(bounded, available: true, open: 2, .ask(.full)),
        Case(on, available: nil, .leave),
    ]

    @Test("A reservation is accepted in the agent's name only when he is there and has room", arguments: cases)
    func autoAccept(_ item: Case) {
        let situation = AutoAcceptGuard.Situation(
            isVoice: item.isVoice, isMobileAvailable: item.isAvailable, openReservations: item.open)
        #expect(item.rule.decide(situation) == item.decision)
    }

    @Test("Nudges are an interval apart, and a clock that was set back does not stop them for good")
    func nudges() {
        let throttle = NudgeThrottle(interval: .seconds(60))
        let noon = PromptDeskTests.noon
        #expect(throttle.allows(last: nil, now: noon))
        #expect(!throttle.allows(last: noon, now: noon.advanced(by: .seconds(59))))
        #expect(throttle.allows(last: noon, now: noon.advanced(by: .seconds(60))))
        #expect(throttle.allows(last: noon.advanced(by: .seconds(3_600)), now: noon))
    }

    @Test("Agents have equal names, unless a pair says otherwise; a name that is taken is nobody else's")
    func identities() {
        let map = IdentityMap([.init(flex: "ana.flex", frontline: "ana@example.com")])
        #expect(map.frontline(ofFlex: "ana.flex") == "ana@example.com")
        #expect(map.flex(ofFrontline: "ana@example.com") == "ana.flex")
        #expect(map.frontline(ofFlex: "bo") == "bo")
        #expect(map.frontline(ofFlex: "ana@example.com") == nil)
        #expect(map.flex(ofFrontline: "ana.flex") == nil)
        #expect(IdentityMap.repeated(in: [.init(flex: "a", frontline: "x"), .init(flex: "a", frontline: "y")]) == "a")
    }

    @Test("Settings: maps, templates and their mistakes")
    func settings() throws {
        func read(_ yaml: String) throws -> AgentSettings {
            try SettingsSource(yaml: yaml).read(sections: ["sync"]) {
                AgentSettings(reader: $0.section("sync").section("agents"))
            }.value
        }
        let yaml = """
            sync:
              agents:
                identities: [ana.flex=ana@example.com]
                activities: [Available=Available, Lunch=Busy]
                auto_accept: true
                language: es
                templates:
                  - category: Hello
                    text: "Hola {{customer.name}}"
            """
        let settings = try read(yaml)
        #expect(settings.identities.frontline(ofFlex: "ana.flex") == "ana@example.com")
        #expect(settings.activities.counterpart(of: "Lunch", on: .flex) == "Busy")
        #expect(settings.autoAccept.isOn && settings.language == .es)
        #expect(settings.templates.map(\.category) == ["Hello"])
        for wrong in ["identities: [ana]", "identities: [a=b, a=c]", "activities: [x=]", "backup_crm_url: ftp://x"] {
            #expect(throws: SettingsErrors.self) { try read("sync:\n  agents:\n    \(wrong)\n") }
        }
        let template = "sync:\n  agents:\n    templates:\n      - category: A\n        text: \"{{#open\"\n"
        #expect(throws: SettingsErrors.self) { try read(template) }
    }
}
