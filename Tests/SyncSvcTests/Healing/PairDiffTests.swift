import Events
import TestSupport
import Testing

@testable import SyncSvc

@Suite struct PairDiffTests {
    @Test("Two equal sides show nothing, and their digests agree")
    func equal() {
        let (flex, frontline) = Self.twins(["f1", "m1", "f2", "f3", "m2"])
        let diff = PairDiff(flex: flex, frontline: frontline)
        #expect(diff.isEqual)
        #expect(RepairPlan(diff).isEmpty)
        for side in Side.allCases { #expect(diff.originals[side] == diff.copies[side]) }
        #expect(diff.originals[.flex]?.count == 3)
    }

    @Test("A question and an answer that crossed are no difference")
    func crossed() {
        let flex = [Self.own("f1", 0), Self.copy("m1", .frontline, 1)]
        let frontline = [Self.own("m1", 0), Self.copy("f1", .flex, 1)]
        #expect(PairDiff(flex: flex, frontline: frontline).isEqual)
    }

    @Test("Missing, doubled, edited, orphaned and misordered copies are told apart and planned for")
    func findings() {
        let flex = [
            Self.own("f1", 0), Self.own("f2", 1), Self.own("f3", 2), Self.own("f4", 3, body: "new"),
        ]
        let frontline = [
            Self.copy("f2", .flex, 0), Self.copy("f1", .flex, 1, sid: "c1"), Self.copy("f1", .flex, 2, sid: "c1again"),
            Self.copy("f4", .flex, 3, sid: "c4"), Self.copy("gone", .flex, 4, sid: "cgone"), Self.own("m1", 5),
        ]
        let diff = PairDiff(flex: flex, frontline: frontline)
        #expect(
            Set(diff.findings) == [
                .orphaned(side: .frontline, copy: m("cgone"), of: m("gone")),
                .doubled(side: .frontline, copy: m("c1again"), of: m("f1")),
                .edited(side: .frontline, copy: m("c4"), of: m("f4")),
                .missing(side: .flex, message: m("f3"), created: Self.at(2)),
                .missing(side: .frontline, message: m("m1"), created: Self.at(5)),
                .misordered(side: .frontline, copies: [m("c1")]),
            ])
        #expect(diff.missing == 2)
        #expect(diff.drift(at: Self.at(12)) == .seconds(10))
        let plan = RepairPlan(diff)
        #expect(
            plan.steps == [
                .remove(side: .frontline, copy: m("cgone")), .remove(side: .frontline, copy: m("c1again")),
                .rewrite(side: .frontline, copy: m("c4"), from: m("f4")), .copy(side: .flex, message: m("f3")),
                .copy(side: .frontline, message: m("m1")),
            ])
        #expect(plan.misordered == [.frontline: [m("c1")]])
        #expect(plan.json["steps"]?[0] == ["do": "remove", "on": "frontline", "copy": .string(m("cgone"))])
    }

    @Test("The parts of a copy are no messages of their own; what is left of a message that is gone goes too")
    func parts() throws {
        func part(_ source: String, _ index: Int) throws -> ListedMessage {
            ListedMessage(
                sid: m("p\(index)"), index: index, author: "a", body: "", created: Self.at(index),
                attributes: MirrorTag.part(1, side: .flex, message: try MessageSID(m(source))))
        }
        let flex = [Self.own("f1", 0)]
        let frontline = [try part("f1", 0), Self.copy("f1", .flex, 1)]
        #expect(PairDiff(flex: flex, frontline: frontline).isEqual)
        let left = PairDiff(flex: flex, frontline: frontline + [try part("gone", 2)])
        #expect(left.findings == [.orphaned(side: .frontline, copy: m("p2"), of: m("gone"))])
        #expect(PairDiff(flex: flex, frontline: frontline + [try part("gone", 2)], isWhole: false).isEqual)
    }

    @Test("The samples' copies are taken for what they copy, and what was there at adoption is left alone")
    func legacy() {
        let flag = JSONObject([("AddedViaConversationWebhook", true)])
        let flex = [
            ListedMessage(sid: "x1", index: 0, author: "ana", body: "hi", created: nil, attributes: flag),
            ListedMessage(sid: "x2", index: 1, author: "ana", body: "hi", created: nil, attributes: flag),
            Self.own("old", 2), Self.own("new", 3),
        ]
        let frontline = [
            ListedMessage(sid: "m1", index: 0, author: "ana", body: "hi", created: nil, attributes: JSONObject()),
            ListedMessage(sid: "m2", index: 1, author: "ana", body: "hi", created: nil, attributes: JSONObject()),
        ]
        let diff = PairDiff(flex: flex, frontline: frontline, begins: [.flex: 3])
        #expect(diff.findings == [.missing(side: .flex, message: m("new"), created: Self.at(3))])
    }

    @Test("In a listing that begins in the middle a copy without its original is no orphan")
    func partial() {
        let frontline = [Self.copy("f1", .flex, 7)]
        #expect(PairDiff(flex: [], frontline: frontline, isWhole: false).isEqual)
        #expect(!PairDiff(flex: [], frontline: frontline).isEqual)
    }

    @Test("Carrying the plan out makes the sides equal, and nothing written by a person goes", arguments: 1...100)
    func repair(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let names = (0..<generator.int(1...20)).map { "\(generator.oneIn(2) ? "f" : "m")\($0)" }
        var (flex, frontline) = Self.twins(names)
        Self.damage(&flex, &generator)
        Self.damage(&frontline, &generator)
        let diff = PairDiff(flex: flex, frontline: frontline)
        var sides: [Side: [ListedMessage]] = [.flex: flex, .frontline: frontline]
        let written = sides.values.flatMap { $0 }.filter(\.isOriginal).map(\.sid)
        for step in RepairPlan(diff).steps { Self.carryOut(step, &sides) }
        let after = PairDiff(flex: sides[.flex] ?? [], frontline: sides[.frontline] ?? [])
        let left = after.findings.filter { if case .misordered = $0 { false } else { true } }
        #expect(left.isEmpty, "seed \(seed): \(left)")
        let kept = Set(sides.values.flatMap { $0 }.map(\.sid))
        #expect(written.allSatisfy(kept.contains), "seed \(seed)")
        if diff.isEqual { #expect(diff.originals == diff.copies) }
    }

    // MARK: Building sides

    /// A name as a SID.
    static func m(_ name: String) -> String {
        guard !name.hasPrefix("IM") else { return name }
        let digits = name.utf8.map { String($0, radix: 16) }.joined()
        return "IM" + digits + String(repeating: "0", count: max(0, 32 - digits.utf8.count))
    }

    private func m(_ name: String) -> String { Self.m(name) }

    static func at(_ seconds: Int) -> Timestamp { Timestamp(unixNanoseconds: UInt64(1_000 + seconds) * 1_000_000_000) }

    static func own(_ sid: String, _ index: Int, body: String? = nil) -> ListedMessage {
        ListedMessage(
            sid: m(sid), index: index, author: "a", body: body ?? "text of \(m(sid))", created: at(index),
            attributes: JSONObject())
    }

    static func copy(
        _ source: String, _ side: Side, _ index: Int, sid: String? = nil, body: String? = nil
    ) -> ListedMessage {
        ListedMessage(
            sid: m(sid ?? "c\(source)"), index: index, author: "a", body: body ?? "text of \(m(source))",
            created: at(index),
            attributes: JSONObject([
                ("mirror", JSONValue.object(JSONObject([("src", .string(side.rawValue)), ("id", .string(m(source)))])))
            ]))
    }

    /// Names that begin with `f` were written on the Flex side, others on the mobile side.
    static func twins(_ names: [String]) -> ([ListedMessage], [ListedMessage]) {
        var flex: [ListedMessage] = []
        var frontline: [ListedMessage] = []
        for (index, name) in names.enumerated() {
            let isFlex = name.hasPrefix("f")
            flex.append(isFlex ? own(name, index) : copy(name, .frontline, index))
            frontline.append(isFlex ? copy(name, .flex, index) : own(name, index))
        }
        return (flex, frontline)
    }

    static func damage(_ messages: inout [ListedMessage], _ generator: inout SeededGenerator) {
        for _ in 0..<generator.int(0...3) {
            guard let position = messages.indices.randomElement(using: &generator) else { return }
            let message = messages[position]
            guard case .of(let side, let source)? = message.tag else { continue }
            switch generator.int(0...2) {
            case 0: messages.remove(at: position)
            case 1: messages[position] = copy(source.text, side, message.index, sid: message.sid, body: "changed")
            default: messages.append(copy(source.text, side, 100 + messages.count, sid: "d\(messages.count)"))
            }
        }
    }

    static func carryOut(_ step: RepairPlan.Step, _ sides: inout [Side: [ListedMessage]]) {
        switch step {
        case .remove(let side, let copy): sides[side]?.removeAll { $0.sid == copy && !$0.isOriginal }
        case .rewrite(let side, let copy, let original):
            guard let position = sides[side]?.firstIndex(where: { $0.sid == copy }),
                let index = sides[side]?[position].index
            else { return }
            sides[side]?[position] = Self.copy(original, side.other, index, sid: copy)
        case .copy(let side, let message):
            let index = (sides[side.other]?.map(\.index).max() ?? -1) + 1
            sides[side.other]?.append(Self.copy(message, side, index, sid: "r\(message)"))
        }
    }
}
