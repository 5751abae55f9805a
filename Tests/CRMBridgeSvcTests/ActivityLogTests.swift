import Events
import Testing

@testable import CRMBridgeSvc

@Suite struct ActivityLogTests {
    @Test("A log reads back as it was written")
    func roundTrip() throws {
        let log = ActivityLog(
            interactionID: "WT1", revision: 2, agentID: "ana", channel: .voice, direction: .inbound, from: "+1",
            to: "+2",
            record: CRMRecord(entity: "contact", id: "c1", label: "Zoë \"Z\""), started: 1, ended: 9, ring: 2, talk: 3,
            hold: 1, wrap: 4, outcome: .noAnswer, dispositionCode: "sale", notes: "n", queue: "q", customerName: "Zoë")
        let back = try #require(ActivityLog(JSONValue(parsing: log.json.bytes)))
        #expect(back == log)
    }
}
