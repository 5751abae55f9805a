import Events
import TestSupport

@testable import SyncSvc

/// Two conversations, the record between them, and handlers that crash, stall, are superseded and lose answers.
///
/// Everything follows from the seed. What the model takes for granted is what the design says: a write that was begun
/// ends at the provider within the horizon, and the record is written conditionally on its revision.
struct PumpSimulation {
    /// A doorbell that waits to be handled.
    struct Bell {
        var side: Side
        var message: ProjectMessage?
        var offset: UInt64
        var notBefore: UInt64 = 0
        var isRepair = false
    }

    /// One attempt at handling a bell.
    struct Handler {
        var pump: MessagePump
        var action: MessagePump.Action
        var revision: Int
    }

    var generator: SeededGenerator
    let limits: MessagePump.Limits
    /// Milliseconds.
    var clock: UInt64 = 1_000_000
    var world = BothSides<[ProjectMessage]>(both: [])
    var nextIndex = BothSides(both: 0)
    var sids = 0
    var offset: UInt64 = 0
    var bells: [Bell] = []
    var stored: PairRecord
    var revision = 1
    /// What another process remembers of the record.
    var remembered: (record: PairRecord, revision: Int)
    var active: Handler?
    /// Superseded handlers that do not know it yet.
    var stale: [Handler] = []
    var delayed: [(at: UInt64, copy: MessageCopy)] = []
    var faults = true

    init(seed: UInt64, limits: MessagePump.Limits) throws {
        generator = SeededGenerator(seed: seed)
        self.limits = limits
        let pair = try ConversationSID("CH" + String(repeating: "1", count: 32))
        var record = PairRecord(id: pair, origin: .flex, state: .open)
        record.conversations = BothSides(
            flex: pair, frontline: try ConversationSID("CH" + String(repeating: "2", count: 32)))
        stored = record
        remembered = (record, 1)
    }

    var now: Timestamp { Timestamp(unixNanoseconds: clock * 1_000_000) }

    // MARK: What people do

    mutating func write(on side: Side) {
        sids += 1
        let message = ProjectMessage(
            sid: sid(sids), index: nextIndex[side], author: "someone", body: "\(sids)", attributes: JSONObject())
        nextIndex[side] += 1
        world[side].append(message)
        ring(Bell(side: side, message: generator.oneIn(4) ? nil : message, offset: 0))
    }

    func sid(_ number: Int) -> MessageSID {
        let hex = String(number, radix: 16)
        guard let sid = try? MessageSID("IM" + String(repeating: "0", count: 32 - hex.count) + hex) else {
            preconditionFailure("a number has too many digits")
        }
        return sid
    }

    /// A doorbell is lost, rings twice, or overtakes others.
    mutating func ring(_ bell: Bell) {
        guard !faults || !generator.oneIn(12) else { return }
        for _ in 0..<(faults && generator.oneIn(10) ? 2 : 1) {
            offset += 1
            var bell = bell
            bell.offset = offset
            // Behind the one that is being handled.
            let first = min(bells.count, active == nil ? 0 : 1)
            let place = faults && generator.oneIn(4) ? generator.int(first...bells.count) : bells.count
            bells.insert(bell, at: place)
        }
    }

    // MARK: What handlers do

    mutating func begin() {
        guard active == nil, let bell = bells.first, bell.notBefore <= clock else { return }
        let isStale = faults && generator.oneIn(4)
        let (record, revision) = isStale ? remembered : (stored, self.revision)
        let sides = bell.isRepair ? [bell.side, bell.side.other] : [bell.side]
        var pump = MessagePump(record: record, offset: bell.offset, sides: sides, limits: limits)
        active = Handler(pump: pump, action: pump.start(direct: bell.message, now: now), revision: revision)
        active?.pump = pump
    }

    /// Carries out one action of a handler, and the writes that it decides on: they follow at once; nil: it has ended.
    mutating func step(_ handler: Handler) -> (Handler?, PumpOutcome?) {
        var (next, outcome) = carryOut(handler)
        while let present = next, case .post = present.action { (next, outcome) = carryOut(present) }
        return (next, outcome)
    }

    private mutating func carryOut(_ handler: Handler) -> (Handler?, PumpOutcome?) {
        var handler = handler
        switch handler.action {
        case .list(let side, let index, let limit):
            let above = world[side].filter { $0.index > index }.sorted { $0.index < $1.index }
            handler.action = handler.pump.listed(
                MessageList(messages: Array(above.prefix(limit)), hasMore: above.count > limit), now: now)
        case .save(let record, _):
            guard handler.revision == revision else { return (nil, .again(after: .zero, reason: "superseded")) }
            if generator.oneIn(3) { remembered = (stored, revision) }
            revision += 1
            stored = record
            handler.revision = revision
            if faults, generator.oneIn(15) { return (nil, .again(after: .zero, reason: "crashed after saving")) }
            handler.action = handler.pump.saved(now: now)
        case .carry: handler.action = handler.pump.carried(nil, now: now)
        case .post(let copy, _):
            guard let action = post(copy, &handler.pump) else { return (nil, .again(after: .zero, reason: "crashed")) }
            handler.action = action
        case .finish(let outcome): return (nil, outcome)
        }
        return (handler, nil)
    }

    /// Nil: the handler crashed while it wrote.
    private mutating func post(_ copy: MessageCopy, _ pump: inout MessagePump) -> MessagePump.Action? {
        guard faults, generator.oneIn(3) else { return pump.posted(apply(copy), now: now) }
        switch generator.int(0...5) {
        case 0: return pump.failed(.notDone(.again(after: .milliseconds(50), reason: "not done")), now: now)
        case 1:
            _ = apply(copy)
            return pump.failed(.unknown(reason: "lost answer"), now: now)
        case 2:
            delayed.append((clock + UInt64(generator.int(0...14_000)), copy))
            return pump.failed(.unknown(reason: "timed out"), now: now)
        case 3: return pump.failed(.unknown(reason: "never arrived"), now: now)
        case 4:
            _ = apply(copy)
            return nil
        default:
            delayed.append((clock + UInt64(generator.int(0...14_000)), copy))
            return nil
        }
    }

    private mutating func apply(_ copy: MessageCopy) -> PostedMessage {
        sids += 1
        let index = nextIndex[copy.to]
        nextIndex[copy.to] += 1
        let attributes = MirrorTag.tagged(copy.source.attributes, side: copy.from, message: copy.source.sid)
        world[copy.to].append(
            ProjectMessage(
                sid: sid(sids), index: index, author: copy.source.author, body: copy.source.body,
                attributes: attributes))
        return PostedMessage(sid: sid(sids), index: index)
    }

    mutating func stepActive() {
        guard let handler = active else { return begin() }
        let (next, outcome) = step(handler)
        active = next
        if let outcome { settle(outcome) }
    }

    private mutating func settle(_ outcome: PumpOutcome) {
        guard case .again(let delay, _) = outcome else {
            bells.removeFirst()
            return
        }
        let milliseconds = (delay ?? .milliseconds(10)) / .milliseconds(1)
        bells[0].notBefore = clock + UInt64(max(0, milliseconds.rounded(.up)))
    }

    mutating func pass(_ milliseconds: Int) {
        clock += UInt64(milliseconds)
        for write in delayed.filter({ $0.at <= clock }) { _ = apply(write.copy) }
        delayed.removeAll { $0.at <= clock }
    }

    // MARK: A run

    mutating func run(steps: Int) {
        for _ in 0..<steps {
            switch generator.int(0...19) {
            case 0...3: write(on: generator.oneIn(2) ? .flex : .frontline)
            case 4: pass(generator.int(0...3_000))
            case 5: pass(generator.int(0...20_000))
            case 6: if generator.oneIn(3), active != nil { settle(.again(after: .zero, reason: "crash")); active = nil }
            case 7:
                if generator.oneIn(3), let handler = active {
                    stale.append(handler)
                    active = nil
                    settle(.again(after: .zero, reason: "superseded"))
                }
            case 8, 9:
                guard !stale.isEmpty else { break }
                let place = generator.int(0...stale.count - 1)
                let (next, _) = step(stale[place])
                if let next { stale[place] = next } else { stale.remove(at: place) }
            default: stepActive()
            }
        }
        quiesce()
    }

    /// No more faults: everything is handled to the end, and repair looks at both sides.
    private mutating func quiesce() {
        faults = false
        stale = []
        pass(20_000)
        offset += 1
        bells.append(Bell(side: .flex, offset: offset, isRepair: true))
        for _ in 0..<100_000 where !bells.isEmpty {
            if active == nil, let bell = bells.first, bell.notBefore > clock { pass(Int(bell.notBefore - clock)) }
            stepActive()
        }
    }

    /// What is wrong at the end; nil: each message is there once and in order on both sides.
    var problem: String? {
        if !bells.isEmpty { return "\(bells.count) doorbells were never handled" }
        for side in Side.allCases {
            let written = world[side].filter { $0.tag == nil }.map(\.sid)
            let copies = world[side.other].sorted { $0.index < $1.index }.compactMap { message -> MessageSID? in
                guard case .of(side, let source) = message.tag else { return nil }
                return source
            }
            if copies != written {
                return "\(side) wrote \(written.count) messages, the other side has \(copies.count) copies"
                    + (Set(copies).count < copies.count ? ", some twice" : "")
            }
            if stored.cursors[side].index != nextIndex[side] - 1 {
                return "the cursor of \(side) is \(stored.cursors[side].index) of \(nextIndex[side] - 1)"
            }
        }
        return stored.intent == nil ? nil : "an intent is left"
    }
}
