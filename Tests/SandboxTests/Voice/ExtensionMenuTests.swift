import Events
import Testing

@testable import Sandbox

@Suite("Menu of extensions")
struct ExtensionMenuTests {
    private let ana: JSONValue = [
        "found": true, "target": ["type": "worker", "workerSid": "WK1", "workerName": "ana"], "spokenName": "Ana Ruiz",
        "fallback": ["type": "worker", "workerSid": "WK2", "workerName": "ben"],
    ]

    @Test("Digits are looked up, and who is found gets the call")
    func found() {
        var menu = ExtensionMenu()
        #expect(menu.pressed("0777") == .lookUp(extension: "0777"))
        guard case .connect(let answer) = menu.found(ana) else {
            Issue.record("not connected")
            return
        }
        #expect(answer.number == "0777" && answer.spokenName == "Ana Ruiz")
        #expect(answer.target["workerSid"]?.string == "WK1" && answer.fallback?["workerSid"]?.string == "WK2")
    }

    @Test("Nobody is lost: silence, zero, a lookup that fails and three entries in vain lead to an agent")
    func nobodyIsLost() {
        var menu = ExtensionMenu()
        #expect(menu.pressed("") == .queue(saying: "One moment please."))
        #expect(menu.pressed("0") == .queue(saying: "One moment please."))
        #expect(menu.found(nil) == .queue(saying: "One moment please."))
        #expect(menu.found(["type": "about:blank"]) == .queue(saying: "One moment please."))
        for attempt in 1...ExtensionMenu.attempts {
            #expect(menu.pressed("9999") == .lookUp(extension: "9999"))
            let action = menu.found(["found": false])
            if case .queue = action { #expect(attempt == ExtensionMenu.attempts) } else { #expect(attempt < 3) }
        }
    }

    @Test("A name that fits several people is asked about, one that fits one is dialled")
    func names() {
        var menu = ExtensionMenu()
        guard case .ask(_, digits: nil) = menu.pressed("*") else {
            Issue.record("does not ask for a name")
            return
        }
        #expect(menu.pressed("262") == .search(keypad: "262"))
        let people: JSONValue = [
            "matches": [
                ["extension": "7777", "spokenName": "Ana Ruiz"], ["extension": "7778", "spokenName": "Ana Sanz"],
            ], "count": 2,
        ]
        #expect(menu.found(names: people) == .ask("For Ana Ruiz, press 1. For Ana Sanz, press 2.", digits: 1))
        #expect(menu.pressed("2") == .lookUp(extension: "7778"))
        menu = ExtensionMenu()
        _ = menu.pressed("*")
        _ = menu.pressed("262")
        #expect(
            menu.found(names: ["matches": [["extension": "7777", "spokenName": "Ana Ruiz"]], "count": 1])
                == .lookUp(extension: "7777"))
    }

    @Test("A key that is none of the choices is asked for again")
    func wrongChoice() {
        var menu = ExtensionMenu()
        _ = menu.pressed("*")
        _ = menu.found(names: [
            "matches": [["extension": "1", "spokenName": "A"], ["extension": "2", "spokenName": "B"]]
        ])
        guard case .ask = menu.pressed("7") else {
            Issue.record("does not ask again")
            return
        }
        #expect(menu.step == .number)
    }
}
