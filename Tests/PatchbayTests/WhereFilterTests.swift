import Events
import Testing

@testable import Patchbay

@Suite struct WhereFilterTests {
    private func event() throws -> Event {
        Event(
            id: try EventID("e1"), source: try EventSource("/twilio/flex"), topic: "task.reserved",
            key: try OrderingKey("WT1"), subject: "WT1",
            data: [
                "taskSid": "WT1", "attempts": 3, "open": true, "none": nil, "type": "inbound",
                "raw": ["WorkerName": "ana"], "media": [["contentType": "image/png"]],
            ])
    }

    @Test(
        "A condition that fits lets the event pass",
        arguments: [
            "taskSid=WT1", "data.taskSid=WT1", "raw.WorkerName=ana", "media.0.contentType=image/png", "attempts=3",
            "open=true", "type=task.reserved", "data.type=inbound", "source=/twilio/flex", "subject=WT1", "key=WT1",
            "source~flex", "taskSid!=WT2", "missing!=x", "none!=x", "type!=x", "id=e1", "source=/twilio/flex",
        ])
    func passes(condition: String) throws {
        #expect(try WhereFilter(condition).matches(event()))
    }

    @Test(
        "A condition that does not fit holds the event back",
        arguments: [
            "taskSid=WT2", "taskSid!=WT1", "missing=x", "missing~x", "media.1.contentType=image/png", "raw=x",
            "type=inbound", "none=null", "attempts=3.0", "taskSid=wt1", "taskSid=",
        ])
    func holdsBack(condition: String) throws {
        #expect(try !WhereFilter(condition).matches(event()))
    }

    @Test("The value may hold the operator's characters")
    func valueWithOperators() throws {
        let filter = try WhereFilter("field=a=b~c")
        #expect(filter.value == "a=b~c")
        #expect(filter.comparison == .equals)
    }

    @Test("What is no condition is refused", arguments: ["", "field", "=x", "!=x", "~x", "a..b=x", ".a=x", "a.=x"])
    func refuses(text: String) {
        #expect(throws: StartPosition.Problem.self) { try WhereFilter(text) }
    }
}
