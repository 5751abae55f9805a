import Events
import Testing

@testable import SyncSvc

@Suite("Transfers, step by step")
struct TransferSagaTests {
    static let event = TransferEvent(from: "ana", to: "bo", date: 1_700_000_000_000)

    static func attributes(_ entries: JSONValue) -> JSONObject {
        JSONObject([("chatChannelSid", "CH1"), ("frontline.events", entries)])
    }

    static let written: JSONValue = ["from": "ana", "to": "bo", "date": 1_700_000_000_000]

    @Test("The last transfer in the attributes counts; calls and broken entries do not")
    func last() {
        let call: JSONValue = ["type": "call_ended", "from": "a", "to": "b", "date": 1]
        let broken: [JSONValue] = [call, ["from": "ana"], ["from": "x", "to": "x", "date": 2], "text", nil]
        #expect(TransferEvent.last(in: Self.attributes(.array([Self.written] + broken))) == Self.event)
        #expect(TransferEvent.last(in: Self.attributes(.array(broken))) == nil)
        #expect(TransferEvent.last(in: Self.attributes("no list")) == nil)
        #expect(TransferEvent.last(in: JSONObject()) == nil)
    }

    @Test("Taking a transfer out of the attributes leaves everything else as it was")
    func removed() {
        let other: JSONValue = ["from": "ana", "to": "bo", "date": 5]
        let after = Self.event.removed(from: Self.attributes([other, Self.written]))
        #expect(after == Self.attributes([other]))
    }

    static let owners = [TransferDecision.Owner(identity: "ana", task: "WT1")]

    @Test("A transfer is due while the work is still the source's, told by the state and not by a clock")
    func decision() {
        func decide(
            handled: [String] = [], owners: [TransferDecision.Owner] = Self.owners, isForbidden: Bool = false
        ) -> TransferDecision {
            TransferDecision.of(
                attributes: Self.attributes([Self.written]), handled: handled, owners: owners,
                isForbidden: isForbidden)
        }
        #expect(decide() == .start(TransferSaga(Self.event, sourceTask: "WT1")))
        #expect(decide(handled: [Self.event.id]) == .nothing)
        #expect(decide(owners: [.init(identity: "bo", task: "WT2")]) == .nothing, "done already")
        #expect(decide(owners: []) == .nothing)
        #expect(decide(isForbidden: true) == .start(TransferSaga(Self.event, refusedFor: .forbidden)))
        let others = [TransferDecision.Owner(identity: "eva", task: "WT3")]
        #expect(decide(owners: others) == .start(TransferSaga(Self.event, refusedFor: .nothingToTransfer)))
    }

    @Test("A transfer that is accepted goes through; repeated results change nothing")
    func accepted() {
        var saga = TransferSaga(Self.event, sourceTask: "WT1")
        var commands: [TransferSaga.Command] = []
        for result in [.targetRemoved, .offered(task: "WT2"), .accepted, .released] as [TransferSaga.Result] {
            commands.append(saga.command)
            saga.apply(result)
            let after = saga
            saga.apply(.targetRemoved)
            #expect(saga.step == after.step || after.step == .withdraw)
        }
        #expect(commands == [.removeTarget, .offer, .nothing, .releaseSource])
        #expect(saga.step == .done && saga.isOver && saga.offeredTask == "WT2")
    }

    static let refusals: [([TransferSaga.Result], TransferSaga.Reason)] = [
        ([.cannot(.unknownTarget)], .unknownTarget), ([.targetRemoved, .cannot(.refused)], .refused),
        ([.targetRemoved, .offered(task: "WT2"), .declined], .declined),
    ]

    @Test("A transfer that fails at any step is undone, with its reason", arguments: refusals)
    func undone(results: [TransferSaga.Result], reason: TransferSaga.Reason) {
        var saga = TransferSaga(Self.event, sourceTask: "WT1")
        for result in results { saga.apply(result) }
        #expect(saga.command == .restore(reason))
        saga.apply(.restored)
        #expect(saga.step == .restored && saga.isOver)
    }

    @Test("An acceptance that crosses the withdrawal of the offer wins")
    func crossing() {
        var saga = TransferSaga(Self.event, sourceTask: "WT1")
        for result in [.targetRemoved, .offered(task: "WT2"), .declined, .acceptedMeanwhile] as [TransferSaga.Result] {
            saga.apply(result)
        }
        #expect(saga.command == .releaseSource && saga.reason == nil)
    }

    @Test("After a crash the record says where to go on, whatever the step")
    func resume() {
        for step in TransferSaga.Step.allCases {
            var record = TransferRecord([:])
            record.saga = TransferSaga(
                event: Self.event, step: step, reason: step == .restore ? .declined : nil, sourceTask: "WT1",
                offeredTask: "WT2")
            record.offerIntent = PromptDeskTests.noon
            #expect(TransferRecord(record.json) == record)
        }
    }

    @Test("What is over is remembered, and the list stays bounded")
    func finish() {
        var record = TransferRecord([:])
        for date in 0..<40 as Range<Int64> {
            record.saga = TransferSaga(
                event: TransferEvent(from: "a", to: "b", date: date), step: .done, reason: nil, sourceTask: nil,
                offeredTask: nil)
            record.finish()
        }
        #expect(record.saga == nil && record.handled.count == TransferRecord.maxHandled)
        #expect(record.handled.last == "39")
    }

    static let source: JSONObject = {
        let attributes: JSONValue = ["channelSid": "CH1", "patchbay": ["kept": true], "name": "José"]
        return attributes.object ?? JSONObject()
    }()

    @Test("The offered task carries the source's attributes, and ignores the agent who hands over")
    func offer() {
        let task = FlexTask(
            sid: "WT1", status: .assigned,
            attributes: Self.source)
        let offer = TransferOffer(pair: "CH1", id: "7", source: "WKana", target: "WKbo", timeoutSeconds: 60)
        let attributes = offer.attributes(of: task)
        #expect(attributes["ignoreAgent"] == "WKana" && attributes["targetSid"] == "WKbo")
        #expect(attributes["name"] == "José" && attributes["patchbay"]?["kept"] == true)
        #expect(attributes["conversations"]?["conversation_id"] == "WT1")
        let offered = FlexTask(sid: "WT2", status: .pending, attributes: attributes)
        #expect(offered.transfer?.pair == "CH1" && offered.transfer?.id == "7")
    }
}

@Suite("Closing")
struct CloseTasksTests {
    static func task(_ status: CloseTasks.Status, _ reservations: [CloseTasks.Status]) -> CloseTasks.Task {
        CloseTasks.Task(
            sid: "WT", status: status,
            reservations: reservations.enumerated().map { .init(sid: "WR\($0.offset)", status: $0.element) })
    }

    static let cases: [([CloseTasks.Task], [CloseTasks.Step])] = [
        ([task(.assigned, [.accepted])], [.completeReservation("WR0", task: "WT")]),
        (
            [task(.assigned, [.accepted, .wrapping, .timeout])],
            [.completeReservation("WR0", task: "WT"), .completeReservation("WR1", task: "WT")]
        ),
        ([task(.reserved, [.pending])], [.cancelTask("WT")]), ([task(.pending, [])], [.cancelTask("WT")]),
        ([task(.wrapping, [.completed])], [.completeTask("WT")]),
        ([task(.completed, [.completed]), task(.canceled, [.pending])], []),
    ]

    @Test("Every open reservation is ended by a move that TaskRouter allows", arguments: cases)
    func plan(tasks: [CloseTasks.Task], steps: [CloseTasks.Step]) {
        #expect(CloseTasks.plan(tasks) == steps)
    }

    @Test("The conversation ends with its last task, not with one of two, nor during a transfer")
    func closes() {
        let over = Self.task(.completed, [])
        let open = Self.task(.assigned, [])
        #expect(CloseTasks.closesConversation([over], isTransferring: false))
        #expect(!CloseTasks.closesConversation([over, open], isTransferring: false))
        #expect(!CloseTasks.closesConversation([over], isTransferring: true))
        #expect(!CloseTasks.closesConversation([], isTransferring: false))
    }
}
