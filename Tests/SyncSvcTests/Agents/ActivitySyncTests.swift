import Events
import TestSupport
import Testing

@testable import SyncSvc

@Suite("Activities on both sides")
struct ActivitySyncTests {
    static let map = ActivityMap([
        .init(flex: "Available", frontline: "Available"), .init(flex: "Offline", frontline: "Offline"),
        .init(flex: "Break", frontline: "Busy"), .init(flex: "Lunch", frontline: "Busy"),
        .init(flex: "Offline", frontline: "Gone"),
    ])
    static let window = Duration.seconds(3_000)

    static func time(_ milliseconds: Int) -> Timestamp {
        Timestamp(unixNanoseconds: 1_700_000_000_000_000_000).advanced(by: .milliseconds(milliseconds))
    }

    static func change(_ side: Side, _ activity: String, _ at: Int) -> ActivitySync.Change {
        ActivitySync.Change(side: side, activity: activity, at: time(at))
    }

    @Test("A decision is written to the other side, and its echo changes nothing")
    func echo() {
        var sync = ActivitySync()
        let writes = sync.changed(Self.change(.flex, "Lunch", 10), map: Self.map, now: Self.time(20))
        #expect(writes == [.init(side: .frontline, activity: "Busy")])
        sync.writing(writes[0], now: Self.time(20), window: Self.window)
        #expect(sync.changed(Self.change(.frontline, "Busy", 25), map: Self.map, now: Self.time(30)).isEmpty)
        #expect(sync.decision == Self.change(.flex, "Lunch", 10), "Busy is not translated back to Break")
        #expect(sync.expected.isEmpty)
    }

    @Test("Even an echo that comes after the window does not translate Lunch to Break")
    func lateEcho() {
        var sync = ActivitySync()
        let writes = sync.changed(Self.change(.flex, "Lunch", 10), map: Self.map, now: Self.time(20))
        sync.writing(writes[0], now: Self.time(20), window: .milliseconds(5))
        #expect(sync.changed(Self.change(.frontline, "Busy", 25), map: Self.map, now: Self.time(60)).isEmpty)
    }

    @Test("A decision that our write ran over is put back: the later decision wins")
    func overrun() {
        var sync = ActivitySync()
        let first = sync.changed(Self.change(.frontline, "Busy", 5), map: Self.map, now: Self.time(6))
        #expect(first == [.init(side: .flex, activity: "Break")])
        sync.writing(first[0], now: Self.time(6), window: Self.window)
        // In Flex a person chose Available at 6; our Break arrived at 7.
        let second = sync.changed(Self.change(.flex, "Available", 6), map: Self.map, now: Self.time(8))
        #expect(second.contains(.init(side: .frontline, activity: "Available")))
        #expect(second.contains(.init(side: .flex, activity: "Available")))
        _ = sync.changed(Self.change(.flex, "Break", 7), map: Self.map, now: Self.time(9))
        #expect(sync.decision == Self.change(.flex, "Available", 6))
    }

    @Test("Where the provider said when it changed, another change to the same activity is a decision")
    func sameActivity() {
        var sync = ActivitySync()
        let first = sync.changed(Self.change(.flex, "Lunch", 5_000), map: Self.map, now: Self.time(6_000))
        sync.writing(first[0], now: Self.time(6_000), window: Self.window)
        sync.written(first[0], at: Self.time(7_000))
        // On the other side: our Busy at 7 s, a person's Available at 8 s and Busy at 9 s; the last one comes first.
        _ = sync.changed(Self.change(.frontline, "Busy", 9_000), map: Self.map, now: Self.time(10_000))
        _ = sync.changed(Self.change(.frontline, "Available", 8_000), map: Self.map, now: Self.time(11_000))
        _ = sync.changed(Self.change(.frontline, "Busy", 7_040), map: Self.map, now: Self.time(12_000))
        #expect(sync.decision == Self.change(.frontline, "Busy", 9_000))
        #expect(sync.expected.isEmpty)
    }

    @Test("Activities outside the map are left alone")
    func unmapped() {
        var sync = ActivitySync()
        #expect(sync.changed(Self.change(.flex, "Training", 10), map: Self.map, now: Self.time(20)).isEmpty)
    }

    @Test("The record keeps everything over its JSON")
    func json() {
        var record = AgentRecord()
        _ = record.activity.changed(Self.change(.flex, "Lunch", 10), map: Self.map, now: Self.time(20))
        record.activity.writing(.init(side: .frontline, activity: "Busy"), now: Self.time(20), window: Self.window)
        record.activity.written(.init(side: .frontline, activity: "Busy"), at: Self.time(0))
        record.flexWorker = "WK1"
        record.system = .init(sid: "CH1", generation: 2)
        _ = record.desk.reserved(PromptDeskTests.prompt("A"), now: PromptDeskTests.noon)
        record.desk.asked("A", index: 3)
        _ = record.desk.replied(PromptDeskTests.reply(4), now: PromptDeskTests.noon)
        _ = record.desk.reserved(PromptDeskTests.prompt("B"), now: PromptDeskTests.noon)
        record.lastNudge = Self.time(1)
        record.intent = .init(tag: "ask:A", at: Self.time(2))
        #expect(AgentRecord(record.json) == record)
    }

    /// One side as TaskRouter keeps it, and the events it will send.
    private struct World {
        var activity: [Side: String] = [.flex: "Offline", .frontline: "Offline"]
        var clock = 0
        var events: [ActivitySync.Change] = []
        var writes = 0

        mutating func set(_ activity: String, on side: Side) {
            guard self.activity[side] != activity else { return }
            clock += 1_000
            self.activity[side] = activity
            events.append(ActivitySyncTests.change(side, activity, clock))
        }
    }

    @Test("However toggles, events and writes interleave, both sides end as the last decision says, without a volley")
    func property() {
        for seed in 1...500 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            var world = World()
            var sync = ActivitySync()
            var pending: [ActivitySync.Write] = []
            var last: ActivitySync.Change?
            var toggles = 0
            var steps = 0
            // People toggle for a while; then only events and writes are worked off.
            while true {
                steps += 1
                guard steps < 2_000 else {
                    Issue.record("seed \(seed): no end")
                    break
                }
                let isToggling = steps < 60
                if !isToggling, world.events.isEmpty, pending.isEmpty { break }
                let choice = random.int(0...2)
                if isToggling, choice == 0 {
                    let side: Side = random.oneIn(2) ? .flex : .frontline
                    let names =
                        side == .flex ? ["Available", "Offline", "Break", "Lunch"] : ["Available", "Offline", "Busy"]
                    let before = world.events.count
                    world.set(names[random.int(0...(names.count - 1))], on: side)
                    if world.events.count > before {
                        last = world.events.last
                        toggles += 1
                    }
                } else if choice == 1, !world.events.isEmpty {
                    // Any of them next: nothing guarantees an order.
                    let event = world.events.remove(at: random.int(0...(world.events.count - 1)))
                    let now = Self.time(world.clock)
                    pending = sync.changed(event, map: Self.map, now: now)
                } else if !pending.isEmpty {
                    // As the desk does it: look first, note the echo, then write.
                    let write = pending.removeFirst()
                    if world.activity[write.side] == write.activity {
                        sync.found(write.activity, on: write.side)
                    } else {
                        sync.writing(write, now: Self.time(world.clock), window: Self.window)
                        world.set(write.activity, on: write.side)
                        sync.written(write, at: Self.time(world.clock))
                        world.writes += 1
                    }
                }
            }
            guard let flex = world.activity[.flex], let frontline = world.activity[.frontline] else { continue }
            #expect(Self.map.agrees(flex, on: .flex, with: frontline), "seed \(seed): \(flex) beside \(frontline)")
            #expect(world.writes <= 3 * toggles + 3, "seed \(seed): \(world.writes) writes for \(toggles) toggles")
            if let last {
                let isKept =
                    world.activity[last.side] == last.activity
                    || Self.map.agrees(last.activity, on: last.side, with: world.activity[last.side.other] ?? "")
                #expect(isKept, "seed \(seed): \(last) was last, but \(world.activity)")
            }
        }
    }
}
