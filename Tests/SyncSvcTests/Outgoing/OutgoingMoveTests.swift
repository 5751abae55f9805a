import Events
import Testing
import TwilioREST

@testable import SyncSvc

@Suite("An agent's own conversation moves to the Flex side", .timeLimit(.minutes(1)))
struct OutgoingMoveTests {
    /// Requests of a whole move, with something to spare.
    static let kills = 0..<20

    static func check(_ world: FakeOutgoing, killedAt kill: Int, afterwards: Bool) {
        let place: Comment = "killed \(afterwards ? "after" : "before") request \(kill)"
        #expect(!world.wasLost, place)
        #expect(world.interactions.count <= 1, place)
        #expect(world.stored.flatMap { OutgoingMove($0) }?.isOver == true, place)
    }

    @Test("Killed before or after any request, the customer is always somewhere, gets everything once, and is one task")
    func kills() async throws {
        for kill in Self.kills {
            for afterwards in [false, true] {
                let world = FakeOutgoing()
                world.killAt = kill
                world.isKilledAfterwards = afterwards
                #expect(try await world.run() == .done)
                Self.check(world, killedAt: kill, afterwards: afterwards)
                #expect(world.isInFlex && !world.isInApp)
                #expect(world.received == ["hello": 1])
                #expect(world.interactions.count == 1)
                #expect(world.told.isEmpty)
                #expect(!(world.task.task.isEmpty && world.task.interaction.isEmpty))
            }
        }
    }

    @Test("A message that the provider refuses goes to the dead letters, and the customer moves all the same")
    func refusedMessage() async throws {
        for kill in Self.kills {
            let world = FakeOutgoing()
            world.appMessages = ["hello", "too odd"]
            world.received["too odd"] = 1
            world.refused = "too odd"
            world.killAt = kill
            let outcome = try await world.run()
            Self.check(world, killedAt: kill, afterwards: false)
            #expect(world.isInFlex && !world.isInApp)
            #expect(world.received == ["hello": 1, "too odd": 1])
            // As with any message, one that was passed over just before the kill is not remembered.
            guard kill != 1 else { continue }
            #expect(outcome == .giveUp(reason: "twilio.rejected"))
            #expect(world.told == [.messageLeft])
        }
    }

    @Test("A customer who is in another conversation of the desk stays in the app, and the agent is told once")
    func elsewhere() async throws {
        for kill in Self.kills {
            for afterwards in [false, true] {
                let world = FakeOutgoing()
                world.joinRefusal = OutgoingNotice.bindingTaken
                world.killAt = kill
                world.isKilledAfterwards = afterwards
                #expect(try await world.run() == .done)
                Self.check(world, killedAt: kill, afterwards: afterwards)
                #expect(world.isInApp && !world.isInFlex && !world.isConnected)
                #expect(world.told == [.customerElsewhere])
                #expect(world.interactions.isEmpty)
            }
        }
    }

    @Test("Another refusal leaves him in the app too; a refused token is not taken for one")
    func refusals() async throws {
        #expect(OutgoingNotice(try #require(FakeOutgoing.problem(400, 50_427).problem)) == .customerRefused)
        let world = FakeOutgoing()
        var move = OutgoingMove(customer: OutgoingMove.Customer(name: "Eva"), agent: "ana")
        move.copied()
        world.joinRefusal = 20_003
        _ = try await OutgoingMover(writeHorizon: .seconds(17)).proceed(&move, in: world)
        #expect(move.step == .stays && world.told == [.customerRefused])
    }

    @Test("Where the desk has no way to a telephone, the customer stays where he can be reached")
    func unreachable() async throws {
        let world = FakeOutgoing()
        world.isReachable = false
        #expect(try await world.run() == .done)
        #expect(world.isInApp && !world.isInFlex && world.told == [.customerRefused])
    }

    @Test("Who was taken out of the desk's conversation meanwhile is there again before he leaves the app")
    func takenOutMeanwhile() async throws {
        let world = FakeOutgoing()
        var move = OutgoingMove(customer: OutgoingMove.Customer(name: "eva"), agent: "ana")
        move.copied()
        move.joined()
        world.stored = move.json
        #expect(try await world.run() == .done)
        #expect(!world.wasLost && world.isInFlex && !world.isInApp)
    }

    @Test("What the agent writes while the customer cannot join reaches him once")
    func writtenMeanwhile() async throws {
        let world = FakeOutgoing()
        var move = OutgoingMove(customer: OutgoingMove.Customer(name: "eva"), agent: "ana")
        move.copied()
        world.stored = move.json
        world.flexMessages = ["hello"]
        world.appMessages = ["hello", "still there?"]
        world.received = ["hello": 1, "still there?": 1]
        #expect(try await world.run() == .done)
        #expect(world.received == ["hello": 1, "still there?": 1])
        #expect(world.flexMessages == ["hello", "still there?"])
    }

    @Test("A lost answer to the creation of the work makes no second one, however late its task appears")
    func lostAnswer() async throws {
        for seconds in [0, 3, 20, 46] {
            let world = FakeOutgoing()
            world.lostAnswers = 1
            world.taskDelay = .seconds(seconds)
            #expect(try await world.run() == .done)
            #expect(world.interactions.count == 1, "\(seconds) s")
            #expect(world.task.task == "WT1")
        }
    }

    @Test("Work that never came is made again once it cannot come any more")
    func neverMade() async throws {
        let world = FakeOutgoing()
        world.lostAnswers = 1
        world.taskDelay = .seconds(1_000_000)
        #expect(try await world.run() == .done)
        #expect(world.interactions.count == 2)
    }

    @Test("A refusal of the work forgets the intent, so that another attempt does not wait")
    func refusedWork() async throws {
        let world = FakeOutgoing()
        world.workRefusals = 1
        await #expect(throws: TwilioError.self) { try await world.run() }
        #expect(world.stored.flatMap { OutgoingMove($0) }?.workIntent == nil)
        #expect(try await world.run() == .done)
        #expect(world.isInFlex && world.interactions.count == 1)
    }

    @Test("A move survives its record; one that an earlier version began is gone on with")
    func record() throws {
        let binding = ProjectParticipant.Binding(type: "sms", address: "+34600000001", proxyAddress: "+1")
        var move = OutgoingMove(customer: OutgoingMove.Customer(binding: binding), agent: "ana")
        move.leftBehind("twilio.rejected")
        move.copied()
        move.joined()
        #expect(OutgoingMove(move.json) == move)
        #expect(move.isMoving && !move.isOver)

        let sid = try ConversationSID("CH" + String(repeating: "1", count: 32))
        var record = PairRecord(id: sid, origin: .frontline, state: .open)
        #expect(OutgoingMove(record) == nil)
        record.agents["customer"] = ["address": "+34600000001", "type": "sms", "proxy": "+1"]
        #expect(OutgoingMove(record)?.customer.binding == binding)
        record.task.task = "WT1"
        #expect(OutgoingMove(record) == nil, "it has come to its end")
    }
}
