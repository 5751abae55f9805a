import Events
import Hosting
import Phone
import Testing
import TwilioREST

@testable import CRMBridgeSvc

struct DataversePiecesTests {
    @Test("A literal ends where it should, and a plus arrives as a plus")
    func literals() {
        #expect(ODataText.literal("O'Brien") == "'O''Brien'")
        #expect(ODataText.literal("' or 1 eq 1 or name eq '") == "''' or 1 eq 1 or name eq '''")
        #expect(ODataText.literal("a\u{0}b\nc") == "'abc'")
        #expect(ODataText.encoded("+44 20&x=1'#%") == "%2B44%2020%26x%3D1%27%23%25")
        #expect(ODataText.plain("100%_[a]") == "100[%][_][[]a]")
        let query = ODataQuery(path: "contacts", filter: .any([.equals("telephone1", "+34' or '1'='1")]), top: 1)
        #expect(
            query.target
                == "contacts?$filter=telephone1%20eq%20%27%2B34%27%27%20or%20%27%271%27%27%3D%27%271%27&$top=1")
    }

    @Test(
        "A key is 32 hexadecimal digits in five groups, and nothing else",
        arguments: [
            ("6F9619FF-8B86-D011-B42D-00C04FC964FF", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
            ("{6f9619ff-8b86-d011-b42d-00c04fc964ff}", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
            ("6f9619ff8b86d011b42d00c04fc964ff", nil), ("6f9619ff-8b86-d011-b42d-00c04fc964fg", nil),
            ("6f9619ff-8b86-d011-b42d-00c04fc964ff)", nil), ("undefined", nil), ("", nil),
            ("6f9619ff-8b86-d011-b42d-00c04fc964ff or 1 eq 1", nil),
        ])
    func keys(_ text: String, _ expected: String?) {
        #expect(RecordGUID(text)?.text == expected)
    }

    @Test(
        "Columns are names",
        arguments: [
            ("telephone1", true), ("cr1_E164", true), ("1x", false), ("a eq b", false), ("a'", false), ("", false),
            ("a.b", false),
        ])
    func columns(_ text: String, _ isColumn: Bool) {
        #expect(ODataText.isColumn(text) == isColumn)
    }

    // MARK: Tokens

    private let noon = ContinuousClock.now

    @Test("One fetches, the others wait, and the token is renewed before it ends")
    func tokenLife() {
        var machine = TokenMachine()
        #expect(machine.ask(at: noon) == .fetch)
        #expect(machine.ask(at: noon) == .wait)
        #expect(machine.renew(at: noon) == .wait)
        machine.granted(Secret("a"), for: .seconds(3_600), at: noon)
        #expect(machine.ask(at: noon + .seconds(3_299)) == .use(Secret("a"), number: 1))
        #expect(machine.renew(at: noon) == .sleep(until: noon + .seconds(3_300)))
        #expect(machine.renew(at: noon + .seconds(3_300)) == .fetch)
        #expect(machine.ask(at: noon + .seconds(3_310)) == .use(Secret("a"), number: 1), "Nobody waits for the renewal")
        machine.failed(.unavailable(.unreachable), at: noon + .seconds(3_310))
        #expect(machine.ask(at: noon + .seconds(3_311)) == .use(Secret("a"), number: 1), "The old one is good still")
        #expect(machine.ask(at: noon + .seconds(3_571)) == .fetch)
    }

    @Test("A refused token is dropped once, not the one that came after it")
    func refusedToken() {
        var machine = TokenMachine()
        _ = machine.ask(at: noon)
        machine.granted(Secret("a"), for: .seconds(3_600), at: noon)
        machine.refused(1)
        #expect(machine.ask(at: noon) == .fetch)
        machine.granted(Secret("b"), for: .seconds(3_600), at: noon)
        machine.refused(1)
        #expect(machine.ask(at: noon) == .use(Secret("b"), number: 2))
    }

    @Test("After a failed fetch nobody fetches for a growing while")
    func failedFetch() {
        var machine = TokenMachine()
        var now = noon
        for pause in [1, 2, 4, 8, 16, 32, 60, 60] {
            #expect(machine.ask(at: now) == .fetch)
            machine.failed(.unavailable(.failing), at: now)
            #expect(machine.ask(at: now) == .fail(.unavailable(.failing, retryAfter: .seconds(pause))))
            now += .seconds(pause)
        }
        _ = machine.ask(at: now)
        machine.failed(.denied, at: now)
        #expect(machine.ask(at: now) == .fail(.denied))
    }

    @Test("A token that lives for a minute is renewed halfway")
    func shortLife() {
        var machine = TokenMachine()
        _ = machine.ask(at: noon)
        machine.granted(Secret("a"), for: .seconds(60), at: noon)
        #expect(machine.renew(at: noon) == .sleep(until: noon + .seconds(30)))
        #expect(machine.ask(at: noon + .seconds(53)) == .use(Secret("a"), number: 1))
        #expect(machine.ask(at: noon + .seconds(54)) == .fetch)
    }

    // MARK: Limits

    @Test("So many at once, the rest in their order, no more than so many of them")
    func lane() {
        var lane = LaneMachine(maxActive: 2, maxWaiting: 2)
        #expect((1...4).map { lane.enter($0, at: noon) } == [.go, .go, .wait, .wait])
        #expect(lane.enter(5, at: noon) == .refuse(.unavailable(.throttled)))
        #expect(lane.leave(throttled: false, asked: nil, at: noon).map(\.id) == [3])
        #expect(lane.forget(4) && !lane.forget(4))
        #expect(lane.leave(throttled: false, asked: nil, at: noon).isEmpty && lane.active == 1)
    }

    @Test("A 429 stops everybody until its time is over, those who wait too")
    func pause() {
        var lane = LaneMachine(maxActive: 1, maxWaiting: 5)
        _ = lane.enter(1, at: noon)
        _ = lane.enter(2, at: noon)
        let next = lane.leave(throttled: true, asked: .seconds(7), at: noon)
        #expect(next.map(\.answer) == [.refuse(.unavailable(.throttled, retryAfter: .seconds(7)))])
        #expect(lane.enter(3, at: noon + .seconds(6)) == .refuse(.unavailable(.throttled, retryAfter: .seconds(1))))
        #expect(lane.enter(4, at: noon + .seconds(7)) == .go)
    }

    // MARK: Errors

    @Test("Errors go by their code first, and take no value along")
    func faults() {
        func fault(_ status: Int, _ code: String, _ message: String = "", pause: String? = nil) -> DataverseFault {
            var headers: [ResponseHeader: String] = [:]
            headers[.retryAfter] = pause
            let json: JSONValue = ["error": ["code": .string(code), "message": .string(message)]]
            return DataverseFault(TransportResponse(status: status, headers: headers, body: json.bytes))
        }
        #expect(fault(429, "0x80072322", pause: "17").error == .unavailable(.throttled, retryAfter: .seconds(17)))
        #expect(fault(429, "").error == .unavailable(.throttled))
        #expect(fault(412, "0x80060882").isPrecondition && fault(412, "0x80040237").isPrecondition)
        #expect(!fault(412, "0x80040333").isPrecondition && fault(500, "0x80040333").error == .ambiguous)
        #expect(fault(404, "0x80040217").error == .notFound)
        #expect(fault(503, "").error == .unavailable(.failing) && fault(501, "").error == .refused(field: nil))
        let missing = "Principal user (Id=1, type=8, roleCount=2) is missing prvReadContact privilege (Id=…) on OTC=2"
        #expect(fault(403, "0x80040220", missing).error == .missingPrivilege("prvReadContact"))
        #expect(fault(403, "0x80040220", missing).error.description.contains("prvReadContact"))
        #expect(fault(401, "").error == .denied)
        #expect(
            fault(400, "0x80060888", "Could not find a property named 'telephone9' on type 'contact'.").error
                == .refused(field: "telephone9"))
        #expect(fault(400, "0x0", "A validation error for 'Ana Ruiz +34600'").error == .refused(field: nil))
        #expect(fault(400, "0x0", "attribute 'Ana Ruiz'").error == .refused(field: nil))
        #expect(
            DataverseFault(TransportResponse(status: 502, body: Array("<html>".utf8))).error == .unavailable(.failing))
    }

    @Test("A page link opens only as it was sealed")
    func cursors() {
        let cursor = SealedCursor(secret: Secret("s"))
        let sealed = cursor.seal("https://contoso.test/x?$skiptoken=1")
        #expect(cursor.open(sealed) == "https://contoso.test/x?$skiptoken=1")
        #expect(cursor.open("") == nil && cursor.open("AAAA") == nil && cursor.open(sealed + "A") == nil)
        #expect(SealedCursor(secret: Secret("t")).open(sealed) == nil)
    }

    @Test("The model's columns are those of one table, and values are made to fit them")
    func model() {
        let types = IncidentTable.columns(of: "incident", in: TestDataverse.metadata)
        #expect(
            types["prioritycode"] == "Edm.Int32" && types["emailaddress"] == "Edm.String" && types["fullname"] == nil)
        #expect(IncidentTable.fit("2", "Edm.Int32") == 2 && IncidentTable.fit("two", "Edm.Int32") == nil)
        #expect(IncidentTable.fit("true", "Edm.Boolean") == true && IncidentTable.fit("1", "Edm.Boolean") == nil)
        #expect(IncidentTable.fit(["a": 1], "Edm.String") == nil)
    }

    // MARK: Phone calls

    @Test("Minutes are whole ones, the milliseconds stand in the description, and nothing is longer than its column")
    func phonecall() throws {
        var log = Samples.log("WT1", revision: 2)
        for (milliseconds, minutes) in [(0, 0), (29_999, 0), (30_000, 1), (89_999, 1), (90_000, 2)] {
            log.ended = log.started + milliseconds
            #expect(PhonecallBody.minutes(log) == minutes)
        }
        log.notes = String(repeating: "ñ😀", count: 3_000)
        let contact = try #require(RecordGUID("6f9619ff-8b86-d011-b42d-00c04fc964ff"))
        var links = PhonecallBody.Links()
        links.customer = RecordLink(entity: "contact", id: contact)
        links.regarding = RecordLink(entity: "incident", id: contact)
        links.agent = contact
        let body = PhonecallBody.body(log, links)
        let description = try #require(body["description"]?.string)
        #expect(description.utf16.count <= 2_000)
        #expect(description.contains("Ring 4000 ms, talk 50000 ms, hold 5000 ms, wrap-up 1000 ms"))
        #expect(body["directioncode"] == false && body["phonenumber"]?.string == log.from)
        #expect(body["regardingobjectid_incident_phonecall@odata.bind"]?.string == "/incidents(\(contact.text))")
        #expect(body["phonecall_activity_parties"]?[0]?["participationtypemask"] == 1)
        #expect(body["phonecall_activity_parties"]?[1]?["partyid_systemuser@odata.bind"] != nil)
        #expect(RecordLink(CRMRecord(entity: "contact", id: "x'); drop")) == nil)
        #expect(RecordLink(CRMRecord(entity: "task", id: contact.text)) == nil)
    }
}
