import Events
import Testing

@testable import Sandbox

/// Voice geographic permissions.
@Suite struct DialingTests {
    private var project = TestProject { $0.workers = ["ana"] }
    private let spanish = "+34600111222"

    private var account: String { "api/2010-04-01/Accounts/\(project.world.project.accountSID)" }

    private mutating func problem(_ path: String, _ form: [(String, String)]) -> TwilioProblem? {
        do {
            _ = try project.perform(.post, path, form: form)
            return nil
        } catch { return error }
    }

    @Test(
        "The longest prefix says which country a number is of",
        arguments: [
            ("+34600111222", "ES"), ("+14155550100", "US"), ("+14165550100", "CA"), ("+420777123456", "CZ"),
            ("+35312345678", "IE"), ("+442079460018", "GB"),
        ])
    func country(number: String, code: String) {
        #expect(DialingCountry.of(number: number)?.code == code)
    }

    @Test(
        "Nobody's number, clients and SIP are of no country", arguments: ["client:ana", "sip:a@b.c", "+99912345", "34"])
    func noCountry(party: String) {
        #expect(DialingCountry.of(number: party) == nil)
        #expect(project.world.mayDial(party))
    }

    @Test("A country that is off refuses calls and participants with the provider's codes, and fails Dial's legs")
    mutating func off() throws {
        try project.act("dialing", [("country", "ES"), ("enabled", "false")])
        let shown = try project.get("voice/v1/DialingPermissions/Countries/ES")
        #expect(shown["low_risk_numbers_enabled"] == false && shown["name"] == "Spain")
        let form = [("To", spanish), ("From", project.world.project.number), ("Twiml", "<Response/>")]
        #expect(problem("\(account)/Calls.json", form)?.code == 21215)
        let room = "\(account)/Conferences/DL1/Participants.json"
        #expect(problem(room, [("To", spanish), ("From", project.world.project.number)])?.code == 13227)
        #expect(project.world.voice.calls.all.isEmpty)
        let agent = try project.post(
            "\(account)/Calls.json",
            [
                ("To", "client:ana"), ("From", project.world.project.number),
                ("Twiml", "<Response><Dial action=\"http://here/after\">\(spanish)</Dial></Response>"),
            ])
        project.advance(by: .seconds(1))
        try project.act("calls/\(try #require(agent["sid"]?.string))/answer")
        project.advance(by: .seconds(1))
        let after = try #require(project.webhooks.last { $0.url == "http://here/after" })
        #expect(after.parameters.contains { $0 == ("DialCallStatus", "failed") })
    }

    @Test("Countries are listed by code, calling code and permission, and changed together")
    mutating func list() throws {
        let root = "voice/v1/DialingPermissions"
        let shared = try project.get("\(root)/Countries", [("CountryCode", "1")])
        #expect(shared["content"]?.array?.compactMap { $0["iso_code"]?.string } == ["CA", "US"])
        let update = #"[{"iso_code":"CU","low_risk_numbers_enabled":"false"},{"iso_code":"US"}]"#
        let changed = try project.post("\(root)/BulkCountryUpdates", [("UpdateRequest", update)])
        #expect(changed["update_count"] == 2)
        let off = try project.get("\(root)/Countries", [("LowRiskNumbersEnabled", "false")])
        #expect(off["content"]?.array?.compactMap { $0["iso_code"]?.string } == ["CU"])
        #expect(project.world.mayDial("+14155550100"))
        #expect(problem("\(root)/BulkCountryUpdates", [("UpdateRequest", "{}")])?.status == 400)
    }
}
