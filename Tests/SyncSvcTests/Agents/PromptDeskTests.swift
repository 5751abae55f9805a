import Events
import TestSupport
import Testing

@testable import SyncSvc

@Suite("Questions about reservations")
struct PromptDeskTests {
    static let noon = Timestamp(unixNanoseconds: 1_700_000_000_000_000_000)

    static func prompt(_ name: String, expiresIn seconds: Int = 60) -> Prompt {
        Prompt(
            reservation: name, task: "WT\(name)", worker: "WK1", channel: .chat,
            expires: noon.advanced(by: .seconds(seconds)))
    }

    static func reply(_ index: Int, _ command: PromptCommand = .accept) -> PromptDesk.Reply {
        PromptDesk.Reply(message: "IM\(index)", index: index, command: command)
    }

    static let texts: [(String, PromptCommand?)] = [
        ("1", .accept), (" 1 \n", .accept), ("YES", .accept), ("Sí.", .accept), ("2", .decline),
        ("\tNo!", .decline), ("11", nil), ("", nil), ("1 or 2?", nil), ("yes please", nil),
        (String(repeating: " ", count: 40) + "1", nil),
    ]

    @Test("1, 2, yes and no are commands in any case and with blanks; nothing else is", arguments: texts)
    func commands(text: String, command: PromptCommand?) {
        #expect(PromptCommand(text) == command)
    }

    @Test("One question is open at a time; the next one is asked when the first is answered")
    func oneAtATime() {
        var desk = PromptDesk()
        #expect(desk.reserved(Self.prompt("A"), now: Self.noon) == [.ask(Self.prompt("A"))])
        desk.asked("A", index: 4)
        #expect(desk.reserved(Self.prompt("B"), now: Self.noon).isEmpty)
        var asked = Self.prompt("A")
        asked.askedIndex = 4
        #expect(desk.replied(Self.reply(5), now: Self.noon) == [.accept(asked), .ask(Self.prompt("B"))])
        #expect(desk.closed.map(\.outcome) == [.accepted])
    }

    @Test("A repeated event asks nothing twice, and a repeated answer decides nothing twice")
    func repeats() {
        var desk = PromptDesk()
        _ = desk.reserved(Self.prompt("A"), now: Self.noon)
        desk.asked("A", index: 0)
        #expect(desk.reserved(Self.prompt("A"), now: Self.noon).isEmpty)
        _ = desk.replied(Self.reply(1), now: Self.noon)
        let after = desk
        #expect(desk.replied(Self.reply(1), now: Self.noon).isEmpty)
        #expect(desk == after)
        #expect(desk.reserved(Self.prompt("A"), now: Self.noon).isEmpty)
    }

    @Test("An answer written before the question does not count for it")
    func answerBeforeQuestion() {
        var desk = PromptDesk()
        _ = desk.reserved(Self.prompt("A"), now: Self.noon)
        desk.asked("A", index: 9)
        #expect(desk.replied(Self.reply(8), now: Self.noon) == [.say(.nothingWaiting, cause: "IM8")])
        #expect(desk.open.map(\.reservation) == ["A"])
    }

    @Test("A late answer is answered politely, and never accepts")
    func lateAnswer() {
        var desk = PromptDesk()
        _ = desk.reserved(Self.prompt("A", expiresIn: 10), now: Self.noon)
        desk.asked("A", index: 0)
        let late = Self.noon.advanced(by: .seconds(10))
        #expect(desk.replied(Self.reply(1), now: late) == [.say(.expired, cause: "IM1")])
        #expect(desk.replied(Self.reply(2), now: late) == [.say(.expired, cause: "IM2")])
    }

    @Test("An answer to what someone else took meanwhile says so")
    func goneAnswer() {
        var desk = PromptDesk()
        _ = desk.reserved(Self.prompt("A"), now: Self.noon)
        desk.asked("A", index: 0)
        #expect(desk.ended("A", .gone, now: Self.noon).isEmpty)
        #expect(desk.replied(Self.reply(1), now: Self.noon) == [.say(.gone, cause: "IM1")])
    }

    @Test("What the provider refuses to accept is told as what it is")
    func refusedAccept() {
        var desk = PromptDesk()
        _ = desk.reserved(Self.prompt("A"), now: Self.noon)
        desk.asked("A", index: 0)
        _ = desk.replied(Self.reply(1), now: Self.noon)
        #expect(desk.refused("A", .expired) == [.say(.expired, cause: "IM1")])
        #expect(desk.closed.map(\.outcome) == [.expired])
    }

    @Test("Whatever comes in whatever order, nothing late is accepted, one question is open, lists stay bounded")
    func property() {
        for seed in 1...200 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            var desk = PromptDesk()
            var index = 0
            for step in 0..<200 {
                let now = Self.noon.advanced(by: .seconds(step))
                let name = "R\(random.int(0...24))"
                var actions: [PromptDesk.Action]
                switch random.int(0...3) {
                case 0:
                    let expires = now.advanced(by: .seconds(random.int(1...20)))
                    actions = desk.reserved(
                        Prompt(reservation: name, task: "T", worker: "W", channel: .chat, expires: expires), now: now)
                case 1: actions = desk.ended(name, .gone, now: now)
                default:
                    index += 1
                    actions = desk.replied(Self.reply(random.oneIn(3) ? index - 1 : index), now: now)
                }
                for action in actions {
                    switch action {
                    case .ask(let prompt):
                        #expect(now < prompt.expires, "seed \(seed)")
                        index += 1
                        desk.asked(prompt.reservation, index: index)
                    case .accept(let prompt), .decline(let prompt):
                        #expect(now < prompt.expires && prompt.askedIndex != nil, "seed \(seed)")
                        #expect(!desk.open.contains { $0.reservation == prompt.reservation }, "seed \(seed)")
                    case .say: break
                    }
                }
                #expect(desk.open.filter { $0.askedIndex != nil }.count <= 1, "seed \(seed)")
                #expect(desk.open.count <= PromptDesk.maxOpen && desk.closed.count <= PromptDesk.maxClosed)
            }
        }
    }
}
