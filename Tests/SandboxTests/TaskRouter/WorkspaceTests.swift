import Events
import TestSupport
import Testing

@testable import Sandbox

/// Routing and reservations without anything around them.
@Suite struct WorkspaceTests {
    static let start = Timestamp(unixNanoseconds: 1_795_220_000_000_000_000)
    private var workspace: Workspace
    private var now = Self.start
    private let offline: String
    private let available: String
    private let queue: String

    init() throws {
        workspace = Workspace(
            sid: "WS1", accountSID: "AC1", friendlyName: "Test", seed: 7, now: now)
        offline = try workspace.createActivity(name: "Offline", isAvailable: false, now: now).sid
        available = try workspace.createActivity(name: "Available", isAvailable: true, now: now).sid
        queue = try workspace.createQueue(name: "Everyone", now: now).sid
    }

    private mutating func worker(_ name: String, isAvailable: Bool = true, skills: [String] = []) throws -> Worker {
        let attributes: JSONValue = ["skills": .array(skills.map { .string($0) })]
        return try workspace.createWorker(
            name: name, attributesText: attributes.description, activitySID: isAvailable ? available : offline, now: now
        )
    }

    private mutating func workflow(_ filters: String = "", fallback: Bool = true) throws -> Workflow {
        let last = fallback ? ",\"default_filter\":{\"queue\":\"\(queue)\"}" : ""
        return try workspace.createWorkflow(
            name: "Flow", configurationText: "{\"task_routing\":{\"filters\":[\(filters)]\(last)}}", now: now)
    }

    private mutating func task(_ attributes: JSONValue = [:], channel: String = "chat") throws -> RoutedTask {
        var request = TaskRequest()
        request.attributesText = attributes.description
        request.channel = channel
        return try workspace.create(request, now: now)
    }

    private func pending(_ task: RoutedTask) -> [Reservation] { workspace.pending(of: task.sid) }

    private mutating func types() -> [String] { workspace.takeEvents().map(\.type) }

    @Test("A task goes to an available worker, and through his hands to its end")
    mutating func wholeLife() throws {
        let ana = try worker("ana")
        _ = try worker("ben", isAvailable: false)
        _ = try workflow()
        _ = types()
        let task = try task()
        #expect(
            types() == [
                "task.created", "workflow.entered", "workflow.target-matched", "task-queue.entered",
                "reservation.created",
            ])
        let reservation = try #require(pending(task).first)
        #expect(reservation.workerSID == ana.sid)
        #expect(workspace.tasks[task.sid]?.status == .reserved)
        try workspace.update(reservation: reservation.sid, to: .accepted, now: now)
        #expect(workspace.tasks[task.sid]?.status == .assigned)
        try workspace.update(reservation: reservation.sid, to: .wrapping, now: now)
        #expect(workspace.tasks[task.sid]?.status == .wrapping)
        try workspace.update(reservation: reservation.sid, to: .completed, now: now)
        #expect(workspace.tasks[task.sid]?.status == .completed)
        #expect(
            types() == [
                "reservation.accepted", "reservation.wrapup", "task.wrapup", "reservation.completed", "task.completed",
            ])
        #expect(workspace.workers[ana.sid]?.load.values.reduce(0, +) == 0)
        now = now.advanced(by: RoutedTask.keptAfterEnd)
        workspace.advance(to: now)
        #expect(workspace.tasks[task.sid] == nil)
        #expect(types() == ["task.system-deleted"])
    }

    @Test(
        "Every illegal move of a reservation is refused and changes nothing",
        arguments: ReservationStatus.allCases, ReservationStatus.allCases)
    mutating func illegalMoves(from: ReservationStatus, to: ReservationStatus) throws {
        let legal: [ReservationStatus: Set<ReservationStatus>] = [
            .pending: [.accepted, .rejected, .timeout, .canceled, .rescinded], .accepted: [.wrapping, .completed],
            .wrapping: [.completed],
        ]
        guard legal[from]?.contains(to) != true, to != .pending else { return }
        _ = try worker("ana")
        _ = try workflow()
        let task = try task()
        let reservation = try #require(pending(task).first)
        let path: [ReservationStatus] =
            switch from {
            case .pending: []
            case .wrapping: [.accepted, .wrapping]
            case .completed: [.accepted, .wrapping, .completed]
            default: [from]
            }
        for step in path { try workspace.update(reservation: reservation.sid, to: step, now: now) }
        _ = types()
        let error = #expect(throws: TwilioProblem.self) {
            try workspace.update(reservation: reservation.sid, to: to, now: now)
        }
        #expect(error?.status == 400 && error?.code == 20001)
        #expect(workspace.reservations[reservation.sid]?.status == from)
        #expect(types() == [])
    }

    @Test("A declined task goes to somebody else, and back only to who becomes available anew")
    mutating func declined() throws {
        let ana = try worker("ana")
        _ = try workflow()
        let task = try task()
        try workspace.update(reservation: try #require(pending(task).first).sid, to: .rejected, now: now)
        #expect(workspace.tasks[task.sid]?.status == .pending)
        #expect(pending(task).isEmpty)
        let ben = try worker("ben")
        #expect(pending(task).map(\.workerSID) == [ben.sid])
        try workspace.update(reservation: try #require(pending(task).first).sid, to: .rejected, now: now)
        #expect(pending(task).isEmpty)
        try workspace.move(worker: ana.sid, to: offline, now: now)
        try workspace.move(worker: ana.sid, to: available, now: now)
        #expect(pending(task).map(\.workerSID) == [ana.sid])
    }

    @Test("Who does not answer in time goes to the timeout activity; a late answer is refused")
    mutating func timeout() throws {
        let ana = try worker("ana")
        _ = try workflow()
        let task = try task()
        let reservation = try #require(pending(task).first)
        #expect(workspace.nextDeadline == now.advanced(by: .seconds(120)))
        now = now.advanced(by: .seconds(119))
        workspace.advance(to: now)
        #expect(workspace.reservations[reservation.sid]?.status == .pending)
        _ = types()
        now = now.advanced(by: .seconds(1))
        workspace.advance(to: now)
        #expect(
            types() == ["reservation.timeout", "worker.activity.update"])
        #expect(workspace.workers[ana.sid]?.activitySID == offline)
        #expect(workspace.tasks[task.sid]?.status == .pending)
        #expect(throws: TwilioProblem.self) {
            try workspace.update(reservation: reservation.sid, to: .accepted, now: now)
        }
    }

    @Test("A timer that comes after the answer is harmless")
    mutating func lateTimer() throws {
        _ = try worker("ana")
        _ = try workflow()
        let task = try task()
        let reservation = try #require(pending(task).first)
        try workspace.update(reservation: reservation.sid, to: .accepted, now: now)
        _ = types()
        workspace.advance(to: now.advanced(by: .seconds(200_000)))
        #expect(workspace.reservations[reservation.sid]?.status == .accepted)
        #expect(types() == [])
    }

    @Test("Capacity bounds what a worker is offered, channel by channel, and the next task follows a completed one")
    mutating func capacity() throws {
        _ = try worker("ana")
        _ = try workflow()
        let chats = try (0..<4).map { _ in try task() }
        #expect(chats.map { pending($0).count } == [1, 1, 1, 0])
        let call = try task(channel: "voice")
        #expect(pending(call).count == 1)
        let first = try #require(pending(chats[0]).first)
        try workspace.update(reservation: first.sid, to: .accepted, now: now)
        #expect(pending(chats[3]).isEmpty)
        try workspace.update(reservation: first.sid, to: .completed, now: now)
        #expect(pending(chats[3]).count == 1)
    }

    @Test("Of several reservations the first acceptance wins and rescinds the others")
    mutating func rescinded() throws {
        _ = try worker("ana")
        _ = try worker("ben")
        _ = try workflow()
        try workspace.update(queue: queue, name: nil, targetWorkers: nil, maxReservedWorkers: 2, now: now)
        let task = try task()
        let both = pending(task)
        #expect(both.count == 2)
        _ = types()
        try workspace.update(reservation: both[1].sid, to: .accepted, now: now)
        #expect(types() == ["reservation.accepted", "reservation.rescinded"])
        #expect(throws: TwilioProblem.self) {
            try workspace.update(reservation: both[0].sid, to: .accepted, now: now)
        }
    }

    @Test("A known worker gets his task; when his turn is over it goes to everybody")
    mutating func knownWorker() throws {
        let known = """
            {"filter_friendly_name":"known","expression":"workerSID IS NOT NULL","targets":[
            {"queue":"\(queue)","expression":"worker.sid == task.workerSID","timeout":20}]}
            """
        _ = try workflow(known)
        let ana = try worker("ana", isAvailable: false)
        let ben = try worker("ben")
        let direct = try task(["workerSID": .string(ben.sid)])
        #expect(pending(direct).map(\.workerSID) == [ben.sid])
        let task = try task(["workerSID": .string(ana.sid)])
        #expect(pending(task).isEmpty)
        now = now.advanced(by: .seconds(20))
        workspace.advance(to: now)
        #expect(pending(task).map(\.workerSID) == [ben.sid])
    }

    @Test("Targets: skills of the queue, order among workers, a target that is passed over")
    mutating func targets() throws {
        let billing = try workspace.createQueue(name: "Billing", targetWorkers: "skills HAS 'billing'", now: now)
        let filter = """
            {"filter_friendly_name":"b","expression":"topic == 'billing'","targets":[
            {"queue":"\(queue)","expression":"worker.name == 'nobody'","skip_if":"workers.available == 0"},
            {"queue":"\(billing.sid)","order_by":"worker.name DESC","priority":5}]}
            """
        _ = try workflow(filter)
        _ = try worker("ana", skills: ["billing"])
        let carla = try worker("carla", skills: ["billing"])
        _ = try worker("zoe", skills: ["sales"])
        let task = try task(["topic": "billing"])
        #expect(pending(task).map(\.workerSID) == [carla.sid])
        #expect(workspace.tasks[task.sid]?.priority == 5)
    }

    @Test("A canceled task takes its reservation along; an assigned one cannot be canceled")
    mutating func cancel() throws {
        _ = try worker("ana")
        _ = try workflow()
        let first = try task()
        let reservation = try #require(pending(first).first)
        _ = types()
        try workspace.update(task: first.sid, status: .canceled, reason: "gone", now: now)
        #expect(types() == ["reservation.canceled", "task.canceled"])
        #expect(workspace.reservations[reservation.sid]?.status == .canceled)
        let second = try task()
        try workspace.update(reservation: try #require(pending(second).first).sid, to: .accepted, now: now)
        #expect(throws: TwilioProblem.self) { try workspace.update(task: second.sid, status: .canceled, now: now) }
        try workspace.update(task: second.sid, status: .completed, reason: "done", now: now)
        #expect(Array(types().suffix(2)) == ["reservation.completed", "task.completed"])
    }

    @Test("A task that nobody takes ends with its time to live")
    mutating func timeToLive() throws {
        _ = try workflow()
        var request = TaskRequest()
        request.timeoutSeconds = 60
        let task = try workspace.create(request, now: now)
        now = now.advanced(by: .seconds(60))
        workspace.advance(to: now)
        #expect(workspace.tasks[task.sid]?.status == .canceled)
        #expect(workspace.events.last?["TaskCanceledReason"] == "Task TTL Exceeded")
    }

    @Test(
        "Whatever happens in whatever order: capacity holds, nothing is lost, the same seed repeats it",
        arguments: 1...10)
    mutating func anything(seed: UInt64) throws {
        var random = TestSupport.SeededGenerator(seed: seed)
        let workers = try ["ana", "ben", "carla"].map { try worker($0) }
        _ = try workflow()
        for _ in 0..<200 {
            let open = workspace.reservations.all.filter(\.status.isOpen)
            switch random.int(0...6) {
            case 0, 1: _ = try task(channel: random.oneIn(4) ? "voice" : "chat")
            case 2:
                let worker = workers[random.int(0...2)].sid
                try workspace.update(
                    worker: worker, activitySID: random.oneIn(2) ? available : offline,
                    rejectsPending: random.oneIn(2), now: now)
            case 3:
                now = now.advanced(by: .seconds(random.int(0...90)))
                workspace.advance(to: now)
            default:
                guard let one = open.randomElement(using: &random) else { continue }
                let next = ReservationStatus.allCases.filter { one.status.allows($0) }.randomElement(using: &random)
                try workspace.update(reservation: one.sid, to: try #require(next), now: now)
            }
            for worker in workspace.workers.all {
                for channel in workspace.channels.all {
                    let count = workspace.reservations.all.count {
                        $0.workerSID == worker.sid && $0.channelSID == channel.sid && $0.status.isOpen
                    }
                    #expect(count == worker.load[channel.sid] ?? 0, "seed \(seed)")
                    #expect(count <= channel.initialCapacity, "seed \(seed)")
                }
            }
            for task in workspace.tasks.all {
                let reserved = workspace.pending(of: task.sid).count
                #expect((task.status == .reserved) == (reserved > 0), "seed \(seed) \(task.status)")
                #expect(
                    (task.status == .pending) == workspace.waiting.contains(task.sid) || reserved > 0, "seed \(seed)")
            }
        }
    }
}
