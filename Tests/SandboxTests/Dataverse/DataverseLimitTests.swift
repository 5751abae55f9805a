import Events
import Testing

@testable import Sandbox

/// Tokens, limits, and what the organisation begins with.
@Suite struct DataverseLimitTests {
    private let user = GUID(high: 1, low: 2)
    private let start = TestProject.start

    private func sizes(requests: Int = 3, concurrency: Int = 2) -> DataverseLimits.Sizes {
        var sizes = DataverseLimits.Sizes()
        sizes.requests = requests
        sizes.concurrency = concurrency
        sizes.window = .seconds(10)
        sizes.execution = .seconds(4)
        return sizes
    }

    private func at(_ seconds: Int) -> Timestamp { start.advanced(by: .seconds(seconds)) }

    @Test("So many requests go through in a window; who goes on sending waits longer, never beyond the window")
    func requests() {
        var limits = DataverseLimits(sizes())
        for second in 0..<3 {
            #expect(limits.begin(user, now: at(second)) == nil)
            limits.end(user, started: at(second), now: at(second))
        }
        #expect(limits.remaining(user, now: at(3)).requests == 0)
        let refusal = limits.begin(user, now: at(3))
        #expect(refusal?.status == 429 && refusal?.code == "0x80072322" && refusal?.retryAfter == 7)
        #expect(limits.begin(user, now: at(3))?.retryAfter == 8)
        for _ in 0..<20 { _ = limits.begin(user, now: at(3)) }
        #expect(limits.begin(user, now: at(3))?.retryAfter == 10)
        #expect(limits.begin(GUID(high: 3, low: 4), now: at(3)) == nil)
        #expect(limits.begin(user, now: at(12)) != nil)
        #expect(limits.begin(user, now: at(14)) == nil)
    }

    @Test("So many requests run at once, and so long together")
    func others() {
        var limits = DataverseLimits(sizes(requests: 100))
        #expect(limits.begin(user, now: at(0)) == nil && limits.begin(user, now: at(0)) == nil)
        #expect(limits.begin(user, now: at(0))?.code == "0x80072326")
        limits.end(user, started: at(0), now: at(2))
        limits.end(user, started: at(0), now: at(2))
        #expect(limits.remaining(user, now: at(2)).seconds == 0)
        #expect(limits.begin(user, now: at(2))?.code == "0x80072321")
        #expect(limits.begin(user, now: at(13)) == nil)
    }

    @Test(
        "A token is refused in Entra's words",
        arguments: [
            (["tenant": "common"], 400, "invalid_request"),
            (["grant_type": "device_code"], 400, "unsupported_grant_type"),
            (["grant_type": ""], 400, "invalid_request"), (["client_id": "x"], 400, "unauthorized_client"),
            (["client_secret": "wrong"], 401, "invalid_client"), (["client_secret": ""], 401, "invalid_client"),
            (["scope": "http://org"], 400, "invalid_scope"),
            (["scope": "http://org/user_impersonation"], 400, "invalid_scope"),
            (["scope": "http://other/.default"], 400, "invalid_resource"), (["scope": ""], 400, "invalid_request"),
            (["grant_type": "password", "username": "alex@example.com", "password": "wrong"], 400, "invalid_grant"),
            ([:], 200, ""), (["scope": "http://org//.default"], 200, ""),
            (["grant_type": "password", "username": "Alex@example.com", "password": "password"], 200, ""),
        ] as [([String: String], Int, String)])
    func tokens(changed: [String: String], status: Int, error: String) throws {
        var organization = TestOrganization().organization
        let settings = organization.settings
        var form = [
            "grant_type": "client_credentials", "client_id": settings.clientID.text, "client_secret": "secret",
            "scope": "http://org/.default",
        ]
        form.merge(changed) { $1 }
        let request = EntraTokens.Request(
            tenant: changed["tenant"] ?? settings.tenant.text, isVersion2: true,
            form: form.map { ($0.key, $0.value) }, organizations: ["http://org"])
        let answer = organization.entra.answer(
            request, settings: settings, users: organization.users, seconds: 60, now: start)
        let json = try JSONValue(parsing: answer.body)
        #expect(answer.status == status && json["error"]?.string ?? "" == error, "\(changed)")
        guard status == 200, let token = json["access_token"]?.string else {
            #expect(json["error_description"]?.string?.hasPrefix("AADSTS") == true)
            return
        }
        #expect(json["expires_in"]?.integer == 60)
        let isPerson = changed["grant_type"] == "password"
        #expect(
            organization.entra.user(token, now: at(59))
                == (isPerson ? DataverseSeed.person : DataverseSeed.applicationUser))
        #expect(organization.entra.user(token, now: at(60)) == nil)
        #expect(organization.entra.user("other", now: start) == nil)
    }

    @Test("The same seed makes the same contacts, of more than twenty countries, most with numbers")
    func seed() {
        let (one, other) = (TestOrganization(contacts: 1_000), TestOrganization(contacts: 1_000))
        let different = TestOrganization(contacts: 1_000, seed: 2)
        func phones(_ organization: TestOrganization) -> [[String]] {
            organization.organization.contacts.rows.compactMap { row in
                row.map { row in DataverseSchema.contactPhones.compactMap { row.text($0, DataverseSchema.contact) } }
            }
        }
        #expect(phones(one) == phones(other) && phones(one) != phones(different))
        let countries = one.organization.contacts.rows.compactMap {
            $0?.text("address1_country", DataverseSchema.contact)
        }
        #expect(Set(countries.dropFirst(CRMSeed.people.count)).count >= 20)
        #expect(phones(one).count { !$0.isEmpty } > 800)
        #expect(Set(phones(one).flatMap { $0 }.map { $0.filter { !$0.isNumber } }).count > 30)
        #expect(one.organization.count(.account) == 40 && one.organization.count(.phonecall) == 0)
    }

    @Test("Path templates do not tell one row from another")
    func templates() {
        func template(_ path: String) -> String {
            DataverseRequest(method: .get, path: path, root: "").template
        }
        #expect(template("contacts(00000000-0000-4000-8000-000000000009)") == "contacts(id)")
        #expect(template("contacts") == "contacts" && template("WhoAmI()") == "WhoAmI()")
    }
}
