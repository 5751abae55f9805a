import Glibc
import Hosting
import Journal
import Logging
import TestSupport
import Testing
import Wire

@testable import Broker

/// Recovery from a real directory: what a stop or a crash left.
@Suite struct BrokerStartTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A core over a real journal, driven as the loop does it.
    private final class Run {
        let start: BrokerStart
        var core: BrokerCore<JournalSource>
        let log: JournalLog
        private(set) var session: UInt32 = 0
        var subscription: UInt32 = 0
        var frames: [[UInt8]] = []

        init(_ directory: String, _ logger: Logger) throws {
            start = try BrokerStart(
                BrokerStartTests.settings(), stateDirectory: directory, logger: logger)
            core = start.core
            log = JournalLog(start.journal, watchdog: SyncWatchdog())
            core.clock.observe(monotonic: 1, wall: Harness.startOfTime)
            let hello = ControlJSON.encode(Hello(role: "operator", client: "c", instance: "i"))
            let frame = [UInt8](FrameHeader(.hello, session: 0, ref: 0), body: hello)
            frame.withUnsafeBytes { core.receive($0, from: 1, uid: { 0 }, now: 1) }
            session = core.sessionOfPeer[1] ?? 0
            core.outgoing = []
        }

        @discardableResult
        func send(_ type: FrameType, ref: UInt64 = 1, _ body: [UInt8]) -> [Message] {
            let frame = [UInt8](FrameHeader(type, session: session, ref: ref), body: body)
            frame.withUnsafeBytes { core.receive($0, from: 1, uid: { 0 }, now: 2) }
            for _ in 0..<3 {
                if let batch = core.closeTurn() { log.append(batch) }
                for case .durable(let end) in log.takeResults() { _ = core.durable(through: end) }
                _ = core.dispatch(now: 2)
            }
            return core.takeOutgoing().compactMap { try? Message($0.frame) }
        }

        func join(_ config: GroupConfig?) {
            for case .joined(let joined) in send(.join, Frames.join("g", config)) {
                subscription = joined.subscription
            }
        }

        func credit() -> [Delivered] {
            send(.credit, Frames.credit(subscription)).flatMap { message in
                if case .deliver(_, let deliveries) = message { deliveries } else { [Delivered]() }
            }
        }

        func ack(_ deliveries: [Delivered]) {
            send(
                .settle,
                Frames.settle(subscription, deliveries.map { Outcome(delivery: $0.id, kind: .ack) }))
        }

        /// Saves the state as the keeper does.
        func save() throws {
            try start.snapshots.save(core.takeSnapshotRows(), through: core.durableEnd)
        }
    }

    private static func settings() throws -> BrokerSettings {
        try SettingsSource(yaml: "", environment: [:])
            .read(sections: BrokerSettings.sections, BrokerSettings.init(reader:)).value
    }

    private func config() -> GroupConfig {
        var config = GroupConfig(filters: ["task.*"])
        config.backoffMs = []
        return config
    }

    @Test(
        "events, cursors with holes, maps and ids survive a clean stop, with and without saved state")
    func cleanStop() throws {
        for isSaved in [true, false] {
            let directory = TemporaryDirectory()
            var run = try Run(directory.path, logger)
            run.join(config())
            let event = SampleEvent("a", id: "/s\n1")
            run.send(.publish, ref: 1, Frames.publish([event, SampleEvent("b"), SampleEvent("c")]))
            let held = run.credit()
            #expect(held.map(\.event.key) == ["a", "b", "c"])
            run.ack([held[1]])
            let write = MapWrite(.put, map: "m", key: "k", value: [7])
            run.send(.settle, Frames.settle(0, [], atomic: true, writes: [write]))
            if isSaved { try run.save() }
            try run.start.journal.close()

            run = try Run(directory.path, logger)
            #expect(run.core.maps.value("m", [107], now: 0)?.bytes == [7])
            guard case .published(let runs) = run.send(.publish, ref: 1, Frames.publish([event])).first
            else {
                Issue.record("no answer")
                return
            }
            #expect(runs == [PublishRun(status: .duplicate, count: 1, offset: held[0].offset)])
            run.join(nil)
            #expect(run.credit().map(\.offset) == [held[0].offset, held[2].offset])
            try run.start.journal.close()
        }
    }

    @Test("holes are remembered over many restarts with saved state")
    func manyRestarts() throws {
        let directory = TemporaryDirectory()
        var run = try Run(directory.path, logger)
        run.join(config())
        run.send(.publish, ref: 1, Frames.publish((0..<8).map { SampleEvent("k\($0)") }))
        let first = run.credit()
        run.ack([first[7]])
        var expected = first.map(\.offset)
        expected.removeLast()
        for round in 1...5 {
            try run.save()
            try run.start.journal.close()
            run = try Run(directory.path, logger)
            run.join(nil)
            let held = run.credit()
            #expect(held.map(\.offset) == expected, "round \(round)")
            run.ack([held[1]])
            expected.remove(at: 1)
        }
        try run.start.journal.close()
    }

    @Test("after a crash what was answered is there, delivery ids and sessions are new")
    func crash() throws {
        let directory = TemporaryDirectory()
        var ids: [UInt64] = []
        var session: UInt32 = 0
        do {
            let run = try Run(directory.path, logger)
            session = run.session
            run.join(config())
            run.send(.publish, ref: 1, Frames.publish([SampleEvent("a"), SampleEvent("b")]))
            let held = run.credit()
            ids = held.map(\.id)
            run.ack([held[0]])
            // The process ends without a close: the journal is only let go.
        }
        let run = try Run(directory.path, logger)
        #expect(!run.start.journal.recovery.isClean)
        #expect(run.session != session)
        run.join(nil)
        let again = run.credit()
        #expect(again.map(\.event.key) == ["b"])
        #expect(Set(again.map(\.id)).isDisjoint(with: ids))
        try run.start.journal.close()
    }

    @Test("saved state that is ahead of the journal is refused")
    func stateAhead() throws {
        let directory = TemporaryDirectory()
        let run = try Run(directory.path, logger)
        run.send(.publish, ref: 1, Frames.publish([SampleEvent("a")]))
        try run.start.snapshots.save([], through: run.core.durableEnd + 1)
        try run.start.journal.close()
        #expect(throws: BrokerError.self) { _ = try Run(directory.path, logger) }
    }

    @Test("saved state may be deleted: it is rebuilt from the journal")
    func stateDeleted() throws {
        let directory = TemporaryDirectory()
        var run = try Run(directory.path, logger)
        run.join(config())
        run.send(.publish, ref: 1, Frames.publish([SampleEvent("a"), SampleEvent("b")]))
        run.ack([run.credit()[0]])
        try run.save()
        try run.start.journal.close()
        for name in TemporaryDirectory.names(directory.path) where name.hasPrefix("state.sqlite") {
            unlink(directory(name))
        }
        run = try Run(directory.path, logger)
        run.join(nil)
        #expect(run.credit().map(\.event.key) == ["b"])
        try run.start.journal.close()
    }

    @Test("a second Broker on the same directory is refused")
    func secondBroker() throws {
        let directory = TemporaryDirectory()
        let run = try Run(directory.path, logger)
        #expect(throws: BrokerError.self) { _ = try Run(directory.path, logger) }
        try run.start.journal.close()
    }
}
