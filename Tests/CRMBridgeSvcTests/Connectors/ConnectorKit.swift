import Events
import Testing

@testable import CRMBridgeSvc

/// What every connector must do, whatever CRM is behind it.
///
/// A test gives a connector over an empty CRM, and a way to see the activities that the CRM has.
struct ConnectorKit: Sendable {
    let connector: any CRMConnector
    /// The activities in the CRM: their ids and what they say as disposition.
    let activities: @Sendable () async throws -> [(id: String, note: String?)]

    /// Runs all checks.
    func run() async throws {
        try await createsOncePerKey()
        try await findsByEveryWriting()
        try await letsSeveralShareANumber()
        try await isNotMovedByWhatIsTyped()
        try await searchesInPages()
        try await writesAnActivityOnce()
        try await opensACaseOnce()
        try await saysWhatIsNotThere()
    }

    private func contact(_ name: String, phones: [String] = [], emails: [String] = []) async throws -> CRMRecord {
        try await connector.create(
            ContactDraft(name: name, phones: phones, emails: emails),
            key: RecordID.uuid("kit", name, phones.first ?? "")
        ).record
    }

    private func createsOncePerKey() async throws {
        let draft = try ContactDraft(name: "Kit Once", phones: ["+34911000001"], emails: ["once@example.com"])
        let first = try await connector.create(draft, key: "kit-once-1")
        let second = try await connector.create(draft, key: "kit-once-1")
        #expect(first.record.id == second.record.id)
        #expect(!first.isDuplicate && second.isDuplicate)
        let found = try await connector.find(ContactQuery(phone: "+34911000001"), limit: 10)
        #expect(found.matches.map(\.record.id) == [first.record.id])
        #expect(try await connector.open(first.record.id).name == "Kit Once")
    }

    private func findsByEveryWriting() async throws {
        let record = try await contact("Kit Écrit", phones: ["+33142685300"], emails: ["Ecrit@Example.com"])
        let other = try await contact("Kit Otherland", phones: ["+34942685300"])
        for phone in [
            "+33142685300", "0033142685300", "01 42 68 53 00", "+33 (0)1 42 68 53 00", "whatsapp:+33142685300",
        ] {
            let found = try await connector.find(ContactQuery(phone: phone, region: "FR"), limit: 10)
            #expect(found.matches.first?.record.id == record.id, "\(phone)")
            #expect(found.matches.first?.matchedOn == .phoneExact)
            #expect(!found.matches.contains { $0.record.id == other.id }, "The same end in another country")
        }
        let byAddress = try await connector.find(ContactQuery(email: "ecrit@example.COM"), limit: 10)
        #expect(byAddress.matches.map(\.record.id) == [record.id])
        #expect(byAddress.matches.first?.matchedOn == .email)
        #expect(try await connector.find(ContactQuery(phone: "anonymous"), limit: 10).matches.isEmpty)
    }

    private func letsSeveralShareANumber() async throws {
        let first = try await contact("Kit Shared A", phones: ["+442079460101"])
        let second = try await contact("Kit Shared B", phones: ["+442079460101", "+442079460102"])
        let found = try await connector.find(ContactQuery(phone: "+442079460101"), limit: 10)
        #expect(found.matches.map(\.record.id) == [first.id, second.id])
        #expect(MatchDecision(found).outcome == "many")
        let cut = try await connector.find(ContactQuery(phone: "+442079460101"), limit: 1)
        #expect(cut.matches.count == 1 && cut.isTruncated)
        #expect(MatchDecision(cut).outcome == "many")
        #expect(
            MatchDecision(try await connector.find(ContactQuery(phone: "+442079460102"), limit: 10)).outcome == "one")
    }

    /// Values that break out of queries, paths or bodies that are glued together.
    static let hostile = [
        #"O'Brien "Bo" <b>&amp;</b>"#, "a&limit=0&x={phone}", "100% {{name}} ${x}", "../../admin", "x\\\",\"id\":\"1",
        "Zoë + Søn #1?", "'; DROP TABLE contacts; --",
    ]

    private func isNotMovedByWhatIsTyped() async throws {
        for (index, name) in Self.hostile.enumerated() {
            let record = try await contact(name, phones: ["+1415555\(2600 + index)"])
            #expect(try await connector.open(record.id).name == name)
            let found = try await connector.find(ContactQuery(phone: "+1415555\(2600 + index)"), limit: 10)
            #expect(found.matches.map(\.record.label) == [name])
            _ = try await connector.search(name, cursor: nil, limit: 10)
            do throws(CRMError) {
                _ = try await connector.open(name)
                Issue.record("A name is no id: \(name)")
            } catch {
                #expect(error == .notFound || error == .refused(field: "id"), "\(name): \(error)")
            }
        }
    }

    private func searchesInPages() async throws {
        var made: Set<String> = []
        for index in 0..<7 {
            made.insert(try await contact("Pagina Número\(index)", phones: ["+3491200000\(index)"]).id)
        }
        var seen: [String] = []
        var cursor: String?
        var pages = 0
        repeat {
            let page = try await connector.search("numero pagina", cursor: cursor, limit: 3)
            seen += page.contacts.map(\.id)
            cursor = page.next
            pages += 1
        } while cursor != nil && pages < 10
        #expect(Set(seen) == made && seen.count == made.count)
        #expect(try await connector.search("nobody-has-this-name", cursor: nil, limit: 3).contacts.isEmpty)
    }

    private func writesAnActivityOnce() async throws {
        var log = Samples.log("WTkit", revision: 1)
        log.dispositionCode = "first"
        let first = try await connector.log(log, isRepeat: false)
        #expect(try await connector.log(log, isRepeat: true) == first)
        log.revision = 2
        log.dispositionCode = "second"
        #expect(try await connector.log(log, isRepeat: false) == first)
        let stored = try await activities()
        #expect(stored.map(\.note) == ["second"])
    }

    private func opensACaseOnce() async throws {
        let record = try await contact("Kit Case", phones: ["+4930901820"])
        let draft = try CaseDraft(["contact": .string(record.id), "title": #"It "broke" & {worse}"#])
        let first = try await connector.createCase(draft, key: "kit-case-1")
        let second = try await connector.createCase(draft, key: "kit-case-1")
        #expect(first.record.id == second.record.id && second.isDuplicate)
        #expect(try await connector.cases(of: record.id, limit: 10).map(\.title) == [draft.title])
    }

    private func saysWhatIsNotThere() async throws {
        await #expect(throws: CRMError.notFound) { try await connector.open("ct_00000000000000000000") }
        #expect(try await connector.find(ContactQuery(id: "ct_00000000000000000000"), limit: 5).matches.isEmpty)
        try await connector.check()
    }
}

enum Samples {
    static func log(_ interaction: String, revision: Int, agent: String = "ana.ruiz") -> ActivityLog {
        ActivityLog(
            interactionID: interaction, revision: revision, agentID: agent, channel: .voice, direction: .inbound,
            from: "+34911000001", to: "+34900111222", record: CRMRecord(entity: "contact", id: "ct_1", label: "Kit"),
            started: 1_790_000_000_000, ended: 1_790_000_060_000, ring: 4_000, talk: 50_000, hold: 5_000, wrap: 1_000,
            outcome: .completed)
    }
}
