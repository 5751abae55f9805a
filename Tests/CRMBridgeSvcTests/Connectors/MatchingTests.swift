import Testing

@testable import CRMBridgeSvc

struct MatchingTests {
    private func rank(_ contacts: [Contact], _ query: ContactQuery, limit: Int = 20, isTruncated: Bool = false)
        -> ContactMatches
    {
        MatchRanking.rank(Candidates(contacts: contacts, isTruncated: isTruncated), WantedContact(query), limit: limit)
    }

    private func contact(_ id: String, _ phones: String..., emails: [String] = [], name: String = "Name") -> Contact {
        Contact(id: id, name: name, phones: phones, emails: emails)
    }

    @Test("A number matches in any writing that means it, by the caller's country")
    func exact() {
        for text in ["+34600111222", "600 111 222", "0034 600-11-12-22", "(+34) 600.111.222", "tel:+34600111222"] {
            let found = rank([contact("a", text)], ContactQuery(phone: "+34600111222", region: "FR"))
            #expect(found.matches.map(\.matchedOn) == [.phoneExact], "\(text)")
        }
    }

    @Test("One digit off, or the same end in another country, is no match")
    func nearMisses() {
        for text in ["+34600111223", "+33600111222", "0033600111222", "+4915600111222", "600111223"] {
            #expect(
                rank([contact("a", text)], ContactQuery(phone: "+34600111222", region: "ES")).matches.isEmpty, "\(text)"
            )
        }
    }

    @Test("The end of a number counts where it cannot be completed")
    func suffix() {
        // No number of the caller's country, and without a country code of its own.
        let found = rank(
            [contact("a", "9 0600111222 77"), contact("b", "99999600111222")], ContactQuery(phone: "+34600111222"))
        #expect(found.matches.map(\.record.id) == ["b"])
        #expect(found.matches.first?.matchedOn == .phoneSuffix)
    }

    @Test("The surest comes first, and decides alone")
    func order() {
        let contacts = [
            contact("name", name: "Ana Ruiz"), contact("mail", emails: ["ANA@x.es"]), contact("exact", "+34600111222"),
            contact("suffix", "99999600111222"),
        ]
        let found = rank(contacts, ContactQuery(phone: "+34600111222", email: "ana@X.es", name: "ruiz"))
        #expect(found.matches.map(\.record.id) == ["exact", "suffix", "mail", "name"])
        guard case .one(let match) = MatchDecision(found) else { return #expect(Bool(false)) }
        #expect(match.record.id == "exact")
    }

    @Test("A name alone, or a list that is not complete, opens nothing by itself")
    func caution() {
        let named = rank([contact("a", name: "Ana")], ContactQuery(name: "ana"))
        #expect(MatchDecision(named).outcome == "many")
        let cut = rank([contact("a", "+34600111222")], ContactQuery(phone: "+34600111222"), isTruncated: true)
        #expect(MatchDecision(cut).outcome == "many")
        #expect(MatchDecision(rank([], ContactQuery(phone: "+34600111222"))) == .none)
    }

    @Test("Names are found by the beginnings of words, without accents, in any order")
    func names() {
        #expect(NameWords.matches("José María Ñúñez", NameWords.of("nunez jos")))
        #expect(!NameWords.matches("José María", NameWords.of("maria x")))
        #expect(!NameWords.matches("José", []))
    }

    @Test("What is written to the CRM has one id for an interaction and agent, in the form of a GUID")
    func ids() {
        let log = Samples.log("WT1", revision: 1)
        #expect(log.activityID == Samples.log("WT1", revision: 9).activityID)
        #expect(log.activityID != Samples.log("WT1", revision: 1, agent: "bo").activityID)
        #expect(RecordID.uuid("a", "bc") != RecordID.uuid("ab", "c"))
        let parts = log.activityID.split(separator: "-").map(\.utf8.count)
        #expect(parts == [8, 4, 4, 4, 12])
    }
}
