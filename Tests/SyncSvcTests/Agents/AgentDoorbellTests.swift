import Events
import Testing

@testable import SyncSvc

@Suite("What events mean for agents")
struct AgentDoorbellTests {
    let doorbell = AgentDoorbell(
        projects: BothSides(flex: "flex", frontline: "frontline"),
        identities: IdentityMap([.init(flex: "Ana", frontline: "ana@example.com")]),
        reservationTimeout: .seconds(60), areActivitiesSynced: true, isAsking: true)

    func rings(_ topic: Topic, _ source: String, _ data: JSONValue) throws -> [AgentDoorbell.Ring] {
        let event = try Event(
            id: EventID("1"), source: EventSource("/twilio/\(source)"), topic: topic, key: OrderingKey("k"),
            time: PromptDeskTests.noon, data: data)
        // What is passed over unread rings nothing either.
        guard doorbell.mayRing(topic: topic.name, recordID: event.recordID) else { return [] }
        return doorbell.rings(event, receivedAt: PromptDeskTests.noon)
    }

    static let reservation: JSONValue = [
        "reservationSid": "WR1", "taskSid": "WT1", "workerSid": "WK1", "workerName": "Ana",
        "taskChannelUniqueName": "voice",
    ]

    @Test("A reservation on the Flex side asks the agent of that name on the other side")
    func reserved() throws {
        let prompt = Prompt(
            reservation: "WR1", task: "WT1", worker: "WK1", channel: .voice,
            expires: PromptDeskTests.noon.advanced(by: .seconds(60)))
        let ring = AgentDoorbell.Ring.agent(
            AgentEvent(agent: "ana@example.com", kind: .reserved(prompt, flexName: "Ana")))
        #expect(try rings("task.reserved", "flex", Self.reservation) == [ring])
        #expect(try rings("task.reserved", "frontline", Self.reservation).isEmpty)
        #expect(try rings("task.reserved", "other", Self.reservation).isEmpty)
        #expect(try rings("task.reserved", "flex", ["taskSid": "WT1"]).isEmpty)
    }

    @Test("Ends close the question, and tell the transfer for which the task was offered")
    func ended() throws {
        var data = try #require(Self.reservation.object)
        data["taskAttributes"] = ["patchbay": ["transfer": ["pair": "CH1", "id": "7"]]]
        let rings = try rings("task.timeout", "flex", .object(data))
        let ended = AgentEvent(agent: "ana@example.com", kind: .ended(reservation: "WR1", .expired))
        #expect(rings == [.agent(ended), .transfer(pair: "CH1")])
    }

    @Test("Only commands written by their author in the app are looked at")
    func command() throws {
        func data(_ body: String, client: JSONValue) -> JSONValue {
            [
                "author": "ana@example.com", "conversationSid": "CH1", "messageSid": "IM1", "index": 3,
                "body": .string(body), "clientIdentity": client,
            ]
        }
        let reply = PromptDesk.Reply(message: "IM1", index: 3, command: .accept)
        let ring = AgentDoorbell.Ring.command(reply, conversation: "CH1", author: "ana@example.com")
        #expect(try rings("message.added", "frontline", data(" 1 ", client: "ana@example.com")) == [ring])
        #expect(try rings("message.added", "frontline", data("1", client: "bo@example.com")).isEmpty)
        #expect(try rings("message.added", "frontline", data("hello", client: "ana@example.com")).isEmpty)
        #expect(try rings("message.added", "flex", data("1", client: "ana@example.com")).isEmpty)
        #expect(!doorbell.mayRing(topic: "message.added", recordID: "/twilio/frontline2\nIM1"))
    }

    @Test("Only changes of activity count among a worker's updates, by the provider's milliseconds")
    func activity() throws {
        func data(_ type: String) -> JSONValue {
            [
                "eventType": .string(type), "workerSid": "WK1", "workerName": "Ana", "workerActivityName": "Lunch",
                "timestampMs": 1_700_000_000_123, "timestamp": 1_700_000_000,
            ]
        }
        let change = ActivitySync.Change(
            side: .flex, activity: "Lunch", at: Timestamp(unixNanoseconds: 1_700_000_000_123_000_000))
        let ring = AgentDoorbell.Ring.agent(
            AgentEvent(agent: "ana@example.com", kind: .activity(change, worker: "WK1")))
        #expect(try rings("worker.updated", "flex", data("worker.activity.update")) == [ring])
        #expect(try rings("worker.updated", "flex", data("worker.capacity.update")).isEmpty)
    }

    @Test("Every kind of event survives its JSON")
    func events() throws {
        let change = ActivitySync.Change(side: .frontline, activity: "Busy", at: PromptDeskTests.noon)
        let kinds: [AgentEvent.Kind] = [
            .reserved(PromptDeskTests.prompt("A"), flexName: "Ana"), .ended(reservation: "WR1", .gone),
            .reply(PromptDeskTests.reply(3, .decline), conversation: "CH1"), .activity(change, worker: "WK1"), .nudge,
            .transferUndone(.forbidden),
        ]
        for kind in kinds {
            let work = AgentEvent(agent: "ana@example.com", kind: kind)
            let event = try work.event(cause: "/twilio/flex\nEV1")
            #expect(event.key.text == "ana@example.com")
            #expect(AgentEvent(try #require(event.data.json)) == work)
        }
    }
}
