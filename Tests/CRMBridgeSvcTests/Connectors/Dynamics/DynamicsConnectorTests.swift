import Events
import Hosting
import Logging
import Phone
import Synchronization
import Testing
import Twilio
import TwilioREST

@testable import CRMBridgeSvc

@Suite(.timeLimit(.minutes(1)))
struct DynamicsConnectorTests {
    private struct Identities: AgentIdentities {
        func entraObjectID(of agent: String) async -> RecordGUID? {
            RecordGUID("11111111-2222-3333-4444-555555555555")
        }
    }

    private func settings(_ change: (inout DynamicsSettings) -> Void = { _ in }) -> DynamicsSettings {
        var settings = DynamicsSettings()
        settings.organization = TestDataverse.organization
        settings.authority = "https://login.test"
        settings.tenant = "contoso"
        settings.clientID = "app"
        settings.clientSecret = Secret(TestDataverse.secret)
        change(&settings)
        return settings
    }

    private func connector(
        _ crm: TestDataverse, log: LogSink = LogSink(), _ change: (inout DynamicsSettings) -> Void = { _ in }
    ) -> DynamicsConnector {
        let settings = settings(change)
        let logger = log.logger
        let tokens = DataverseTokens(settings: settings, transport: crm, logger: logger)
        let lane = DataverseLane(LaneMachine(maxActive: settings.maxConcurrency, maxWaiting: 512))
        return DynamicsConnector(
            settings: settings, home: try? Region("ES"),
            client: DataverseClient(settings: settings, transport: crm, tokens: tokens, lane: lane),
            identities: Identities(), logger: logger)
    }

    @Test("Dynamics does what every connector must")
    func passesTheKit() async throws {
        let crm = TestDataverse()
        try await ConnectorKit(connector: connector(crm)) {
            crm.rows("phonecalls").map { ($0["activityid"]?.string ?? "", $0["category"]?.string) }
        }.run()
        #expect(crm.tokens == 1)
    }

    // MARK: Screen pops

    @Test(
        "A pop is one request; where whole texts are compared first, two for an unusual writing",
        arguments: [(DynamicsSettings.Search.complete, [1, 1, 1]), (.indexed, [1, 2, 2])])
    func requests(_ search: DynamicsSettings.Search, _ counts: [Int]) async throws {
        let crm = TestDataverse()
        let connector = connector(crm) { $0.phoneSearch = search }
        crm.put("contacts", ["fullname": "Usual", "telephone2": "020 7946 0018", "address1_country": "UK"])
        crm.put("contacts", ["fullname": "Odd", "home2": "(0 2 0) 79/46-00.19 ext 5", "address1_country": "England"])
        crm.put("contacts", ["fullname": "Elsewhere", "telephone1": "020 7946 0018", "address1_country": "DE"])
        let wanted = [("+442079460018", "Usual"), ("+442079460019", "Odd"), ("+442079460020", nil)]
        for ((phone, name), count) in zip(wanted, counts) {
            crm.forget()
            let found = try await connector.find(ContactQuery(phone: phone, region: "ES"), limit: 20)
            #expect(found.matches.map(\.record.label) == [name].compactMap { $0 }, "\(phone)")
            #expect(crm.seen.count == count, "\(phone)")
            #expect(crm.seen.allSatisfy { !$0.request.url.contains("+") && $0.query.first("$select") != nil })
        }
        crm.put("contacts", ["fullname": "Shared", "home2": "call 0207 946 0018", "address1_country": "UK"])
        let both = try await connector.find(ContactQuery(phone: "+442079460018", region: "ES"), limit: 20)
        #expect(both.matches.count == (search == .complete ? 2 : 1))
    }

    @Test("Accounts are found too where they are configured, and a column of normalised numbers is asked alone")
    func accounts() async throws {
        let crm = TestDataverse()
        crm.put("accounts", ["name": "Firm", "telephone1": "+34 911 222 333"])
        let both = connector(crm) { $0.accountPhoneColumns = ["telephone1"] }
        let found = try await both.find(ContactQuery(phone: "+34911222333"), limit: 5)
        #expect(found.matches.map(\.record.entity) == ["account"])
        #expect(try await connector(crm).find(ContactQuery(phone: "+34911222333"), limit: 5).matches.isEmpty)
        crm.put("contacts", ["fullname": "Norm", "cr1_e164": "+34911222333", "telephone1": "ask"])
        crm.forget()
        let own = connector(crm) { $0.e164Column = "cr1_e164" }
        #expect(
            try await own.find(ContactQuery(phone: "+34911222333"), limit: 5).matches.map(\.record.label) == ["Norm"])
        #expect(crm.seen.count == 1 && crm.seen[0].query.first("$filter")?.contains("telephone1") == false)
        let made = try await own.create(ContactDraft(name: "New One", phones: ["911 222 334"]), key: "k1234567")
        #expect(crm.rows("contacts").first { $0["contactid"]?.string == made.record.id }?["cr1_e164"] == "+34911222334")
    }

    @Test("A case in the task's attributes is shown itself; what is no key goes nowhere near a query")
    func attributes() async throws {
        let crm = TestDataverse()
        let connector = connector(crm)
        let contact = crm.put("contacts", ["fullname": "Ana", "telephone1": "+34911222333"])
        let incident = crm.put("incidents", ["title": "Broken", "ticketnumber": "CAS-1"])
        func pop(_ attributes: JSONValue) async throws -> ContactMatches {
            let facts = TaskFacts(["taskAttributes": attributes, "taskChannelUniqueName": "voice"])
            return try await connector.find(facts.query(region: "ES"), limit: 20)
        }
        let one = try await pop([
            "from": "+34911222333", "incidentId": .string(incident.uppercased()), "contactId": .string(contact),
        ])
        #expect(one.matches.map(\.record) == [CRMRecord(entity: "incident", id: incident, label: "CAS-1 Broken")])
        #expect(MatchDecision(one).outcome == "one" && crm.seen.count == 1)
        crm.forget()
        for wrong in ["undefined", "x') or (1 eq 1", RecordID.uuid("nobody")] {
            let found = try await pop([
                "from": "+34911222333", "incidentId": .string(wrong), "contactId": .string(contact),
            ])
            #expect(found.matches.map(\.record.id) == [contact], "\(wrong)")
        }
        let byPhone = try await pop(["from": "+34911222333", "incidentId": "undefined", "contactId": "undefined"])
        #expect(byPhone.matches.first?.matchedOn == .phoneExact)
        #expect(crm.seen.allSatisfy { !$0.request.url.contains("undefined") && !$0.request.url.contains("1%20eq%201") })
    }

    @Test("Numbers, names and texts that would break out of a query find nothing and change nothing")
    func injections() async throws {
        let crm = TestDataverse()
        let connector = connector(crm)
        let contact = crm.put(
            "contacts", ["fullname": "Only", "telephone1": "+34911222333", "emailaddress1": "a@x.es"])
        crm.put("products", ["name": "Toaster"])
        let before = crm.rows("contacts")
        for text in ConnectorKit.hostile + [
            "' or contains(fullname,'", "%", "_", "[a-z]", "') or ('1' eq '1", "x'&$top=5000",
        ] {
            let queries = [
                ContactQuery(phone: text, region: "ES"), ContactQuery(phone: "+34911222333'" + text),
                ContactQuery(email: "\(text)@x.es".replacing(" ", with: "")), ContactQuery(id: text),
                ContactQuery(caseID: text),
            ]
            for query in queries {
                let found = try await connector.find(query, limit: 5)
                #expect(found.matches.allSatisfy { query.phone != nil && $0.matchedOn == .phoneExact }, "\(text)")
            }
            let page = try await connector.search(text, cursor: nil, limit: 5)
            #expect(page.contacts.isEmpty, "\(text)")
            var draft = CaseDraft(title: "T")
            draft.contact = contact
            draft.product = text
            await #expect(throws: CRMError.refused(field: "productName")) {
                try await connector.createCase(draft, key: "key-\(text)")
            }
            await #expect(throws: CRMError.refused(field: "cursor")) {
                try await connector.search("a", cursor: text, limit: 5)
            }
        }
        #expect(crm.rows("contacts") == before && crm.rows("incidents").isEmpty && crm.rows("products").count == 1)
    }

    // MARK: Tokens and limits

    @Test("Many requests at once fetch one token, and a refused one is fetched anew once")
    func tokens() async throws {
        let crm = TestDataverse()
        let connector = connector(crm)
        func many() async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 { group.addTask { try await connector.check() } }
                try await group.waitForAll()
            }
        }
        try await many()
        #expect(crm.tokens == 1 && crm.mostActive <= 26)
        crm.dropTokens()
        try await many()
        #expect(crm.tokens == 2)
        crm.fail([.status(401), .status(401)])
        await #expect(throws: CRMError.denied) { try await connector.check() }
        try await connector.check()
    }

    @Test("A 429 pauses all requests of the credential, and says for how long")
    func throttled() async throws {
        let crm = TestDataverse()
        let connector = connector(crm)
        try await connector.check()
        crm.fail([.status(429, code: "0x80072326", retryAfter: "30")])
        crm.forget()
        await #expect(throws: CRMError.unavailable(.throttled, retryAfter: .seconds(30))) {
            try await connector.check()
        }
        for _ in 0..<10 {
            do throws(CRMError) {
                _ = try await connector.find(ContactQuery(phone: "+34911222333"), limit: 5)
                Issue.record("nothing is sent now")
            } catch {
                guard case .unavailable(.throttled, let pause?) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(pause > .seconds(25) && pause <= .seconds(30))
            }
        }
        #expect(crm.seen.count == 1)
    }

    @Test("A token that does not come fails what waits for it, and nobody hangs")
    func noToken() async throws {
        let crm = TestDataverse()
        let connector = connector(crm)
        crm.failTokens([.status(503)])
        await #expect(throws: CRMError.unavailable(.failing)) { try await connector.check() }
        let wrong = self.connector(crm) { $0.clientSecret = Secret("other") }
        await #expect(throws: CRMError.denied) { try await wrong.check() }
    }

    // MARK: Writes

    @Test("A case is made once however often its answer is lost, with its number in one round trip")
    func cases() async throws {
        let crm = TestDataverse()
        let connector = connector(crm)
        let contact = crm.put("contacts", ["fullname": "Ana"])
        var draft = CaseDraft(title: "It's \"broken\" & {worse}")
        draft.contact = contact
        crm.fail([.lost])
        await #expect(throws: CRMError.unavailable(.timeout)) { try await connector.createCase(draft, key: "k") }
        crm.forget()
        let again = try await connector.createCase(draft, key: "k")
        #expect(again.isDuplicate && again.number?.hasPrefix("CAS-") == true && crm.seen.count == 2)
        crm.forget()
        let other = try await connector.createCase(draft, key: "k2")
        #expect(!other.isDuplicate && other.number != nil && crm.seen.count == 1)
        #expect(crm.rows("incidents").count == 2)
        #expect(other.record.entity == "incident")
    }

    @Test("Columns of a case are those that are allowed and exist; products and subjects those that are there")
    func columns() async throws {
        let crm = TestDataverse()
        let connector = connector(crm) { $0.caseColumns = ["prioritycode", "nosuchcolumn"] }
        let contact = crm.put("contacts", ["fullname": "Ana"])
        let product = crm.put("products", ["name": "O'Neill's 100% Toaster"])
        var draft = CaseDraft(title: "T")
        draft.contact = contact
        for (name, value) in [
            ("ownerid", "x"), ("statecode", "1"), ("isescalated", "true"), ("nosuchcolumn", "1"),
            ("prioritycode", "high"),
        ] {
            draft.columns = JSONObject([(name, .string(value))])
            await #expect(throws: CRMError.refused(field: name)) { try await connector.createCase(draft, key: name) }
        }
        #expect(crm.rows("incidents").isEmpty)
        draft.columns = JSONObject([("prioritycode", "1"), ("caseorigincode", "1")])
        draft.product = "o'neill's 100% toaster"
        draft.subject = "Nothing like it"
        let made = try await connector.createCase(draft, key: "all")
        let row = try #require(crm.rows("incidents").first { $0["incidentid"]?.string == made.record.id })
        #expect(row["prioritycode"] == 1 && row["productid@odata.bind"]?.string == "/products(\(product))")
        #expect(row["description"] == "Subject: Nothing like it" && row["subjectid@odata.bind"] == nil)
        #expect(crm.rows("subjects").isEmpty)
    }

    @Test("An activity is one row through lost answers, revisions and a record that is gone")
    func activities() async throws {
        let crm = TestDataverse()
        let connector = connector(crm)
        let contact = crm.put("contacts", ["fullname": "Ana"])
        let incident = crm.put("incidents", ["title": "T", "_customerid_value": .string(contact)])
        var log = Samples.log("WT1", revision: 1)
        log.record = CRMRecord(entity: "incident", id: incident)
        crm.fail([.status(503)])
        await #expect(throws: CRMError.unavailable(.failing)) { try await connector.log(log, isRepeat: false) }
        for fault in [TestDataverse.Fault.lost, .status(500)] {
            crm.fail([.late(.zero), fault])
            _ = try? await connector.log(log, isRepeat: true)
        }
        let reference = try await connector.log(log, isRepeat: true)
        log.revision = 2
        log.notes = "second"
        #expect(try await connector.log(log, isRepeat: false) == reference)
        var rows = crm.rows("phonecalls")
        #expect(rows.count == 1 && rows[0]["description"]?.string?.hasPrefix("second") == true)
        #expect(rows[0]["statecode"] == 1 && rows[0]["statuscode"] == 4)
        #expect(rows[0]["regardingobjectid_incident_phonecall@odata.bind"]?.string == "/incidents(\(incident))")
        #expect(
            rows[0]["phonecall_activity_parties"]?[0]?["partyid_contact@odata.bind"]?.string == "/contacts(\(contact))")
        var gone = Samples.log("WT2", revision: 3)
        gone.record = CRMRecord(entity: "contact", id: RecordID.uuid("gone"))
        _ = try await connector.log(gone, isRepeat: false)
        rows = crm.rows("phonecalls")
        #expect(rows.count == 2 && rows[1]["phonecall_activity_parties"] == nil)
    }

    @Test("An activity is the agent's where that is allowed, else the application's, and the log says what is missing")
    func impersonation() async throws {
        let crm = TestDataverse()
        let log = LogSink()
        let user = crm.put("systemusers", ["azureactivedirectoryobjectid": "11111111-2222-3333-4444-555555555555"])
        let connector = connector(crm, log: log) { $0.isImpersonating = true }
        _ = try await connector.log(Samples.log("WT1", revision: 1), isRepeat: false)
        let writes = crm.seen.filter { $0.method == .patch }
        #expect(writes.allSatisfy { $0.request.header("CallerObjectId") == "11111111-2222-3333-4444-555555555555" })
        let parties = crm.rows("phonecalls")[0]["phonecall_activity_parties"]
        #expect(parties?[0]?["partyid_systemuser@odata.bind"]?.string == "/systemusers(\(user))")
        crm.refuseCallers()
        _ = try await connector.log(Samples.log("WT2", revision: 1), isRepeat: false)
        #expect(crm.rows("phonecalls").count == 2)
        #expect(log.text.contains("prvActOnBehalfOfAnotherUser"))
    }

    @Test("Nothing secret and nothing of a customer is logged or in an error, whatever fails")
    func privacy() async throws {
        let crm = TestDataverse()
        let log = LogSink()
        let connector = connector(crm, log: log) { $0.isImpersonating = true }
        crm.refuseCallers()
        var errors: [CRMError] = []
        let faults: [TestDataverse.Fault] = [
            .status(400, code: "0x80060888", message: "Ana Ruiz +34911222333 token-1"), .status(403, message: "Ana"),
            .lost,
            .status(500, message: "+34911222333"), .status(429, retryAfter: "0"),
        ]
        for fault in faults {
            do throws(CRMError) {
                try await connector.check()
                crm.fail([fault])
                _ = try await connector.create(
                    ContactDraft(name: "Ana Ruiz", phones: ["+34911222333"]), key: "k")
            } catch {
                errors.append(error)
            }
        }
        var entry = Samples.log("WT1", revision: 1)
        entry.notes = "Ana Ruiz says"
        _ = try await connector.log(entry, isRepeat: false)
        let finder = ConnectorFinder(connector: connector, limit: .seconds(5), logger: log.logger)
        crm.fail([.status(500)])
        _ = await finder.find(ContactQuery(phone: "+34911222333", name: "Ana Ruiz"), limit: 5)
        let printed = log.text + errors.map { "\($0) \($0.code)" }.joined() + "\(settings())"
        for secret in [TestDataverse.secret, "token-", "Ana", "911222333", "34911000001"] {
            #expect(!printed.contains(secret), "\(secret)")
        }
        #expect(!log.text.isEmpty && errors.count == faults.count)
    }
}

/// Keeps what is logged.
final class LogSink: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }
    var logger: Logger { Logger(label: "test") { _ in Handler(sink: self) } }

    private struct Handler: LogHandler {
        let sink: LogSink
        var logLevel = Logger.Level.trace
        var metadata = Logger.Metadata()

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            sink.lines.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
        }
    }
}
