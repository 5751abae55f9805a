import Bus
import Events
import Phone
import Testing
import Wire

@testable import CRMBridgeSvc

struct BuiltinConnectorTests {
    let store = MemoryStore()

    private var connector: BuiltinConnector {
        BuiltinConnector(
            store: store, region: try? Region("ES"), activityAge: .seconds(3_600),
            now: { Timestamp(unixNanoseconds: 1_790_000_000_000_000_000) })
    }

    @Test("The built-in CRM does what every connector must")
    func passesTheKit() async throws {
        let store = store
        try await ConnectorKit(connector: connector) {
            try await store.all(ContactKeys.activities, prefix: "", limit: 100).map { entry in
                let log = (try? JSONValue(parsing: entry.value)).flatMap { ActivityLog($0) }
                return (entry.key, log?.dispositionCode)
            }
        }.run()
    }

    @Test("A creation whose answer is lost is found again, not made twice")
    func lostAnswer() async throws {
        store.fail([.outcomeUnknown])
        let made = try await connector.create(try ContactDraft(name: "Ana"), key: "k-12345678")
        #expect(made.isDuplicate)
        #expect(store.keys(ContactKeys.contacts).count == 1)
        store.fail([.outcomeUnknown])
        let draft = try CaseDraft(["title": "Late"])
        #expect(try await connector.createCase(draft, key: "c-12345678").isDuplicate)
        #expect(try await connector.createCase(draft, key: "c-12345678").isDuplicate)
    }

    @Test("An earlier revision that comes late does not replace a later one")
    func lateRevision() async throws {
        var log = Samples.log("WT1", revision: 2)
        log.notes = "later"
        _ = try await connector.log(log, isRepeat: false)
        _ = try await connector.log(Samples.log("WT1", revision: 1), isRepeat: true)
        let entry = try #require(try await store.get(ContactKeys.activities, log.activityID))
        #expect(ActivityLog(try JSONValue(parsing: entry.value))?.notes == "later")
    }

    @Test("A contact that changes loses the index entries it no longer has")
    func reindexes() async throws {
        let first = ContactImport(
            [.init(number: 2, id: "c1", name: "Eva Sol", phones: ["911222333"])], region: connector.region)
        _ = try await connector.store(first, isDryRun: false)
        #expect(store.keys(ContactKeys.index) == ["n/eva/c1", "n/sol/c1", "p/+34911222333/c1"])
        let second = ContactImport([.init(number: 2, id: "c1", name: "Eva Mar", emails: ["e@x.es"])], region: nil)
        #expect(try await connector.store(second, isDryRun: true).updated == 1)
        #expect(try await connector.store(second, isDryRun: false).updated == 1)
        #expect(store.keys(ContactKeys.index) == ["e/e@x.es/c1", "n/eva/c1", "n/mar/c1"])
        #expect(try await connector.store(second, isDryRun: false).unchanged == 1)
    }

    @Test("The Broker away is a CRM away")
    func brokerAway() async throws {
        store.fail([.notConnected(lastError: nil)])
        await #expect(throws: CRMError.unavailable(.unreachable)) {
            try await connector.create(try ContactDraft(name: "Ana"), key: "k-2")
        }
    }
}
