import Events
import Hosting
import Twilio

@testable import Sandbox

/// An organisation with nothing around it: requests go straight to it.
struct TestOrganization {
    static let root = "http://org/api/data/v9.2/"

    var organization: DataverseOrganization
    var now = TestProject.start
    let user = DataverseSeed.applicationUser

    init(contacts: Int = 0, seed: UInt64 = 1) {
        var settings = DataverseSettings()
        settings.contacts = contacts
        settings.seed = seed
        settings.clientSecret = Secret("secret")
        settings.username = "alex@example.com"
        settings.password = Secret("password")
        let workers = [
            SandboxProject.Agent(name: "ana.ruiz", fullName: "Ana Ruiz"), SandboxProject.Agent(name: "ben"),
        ]
        organization = DataverseOrganization(settings: settings, workers: workers, now: now)
    }

    /// Asks for something, the query percent-encoded as in an address.
    @discardableResult
    mutating func ask(
        _ method: RestMethod, _ path: String, _ query: String = "", body: JSONValue? = nil,
        _ configure: (inout DataverseRequest) -> Void = { _ in }
    ) throws(DataverseProblem) -> (answer: RestAnswer, json: JSONValue) {
        guard let options = try? FormParameters(decoding: query.utf8) else { throw .query("no query") }
        var request = DataverseRequest(
            method: method, path: path, root: Self.root, rawQuery: query, options: options.pairs)
        request.body = body?.bytes ?? []
        configure(&request)
        let answer = try organization.answer(request, user: user, now: now)
        return (answer, (try? JSONValue(parsing: answer.body)) ?? .null)
    }

    /// What a request is refused with; nil when it is not.
    mutating func refusal(
        _ method: RestMethod, _ path: String, _ query: String = "", body: JSONValue? = nil,
        _ configure: (inout DataverseRequest) -> Void = { _ in }
    ) -> DataverseProblem? {
        do throws(DataverseProblem) {
            try ask(method, path, query, body: body, configure)
            return nil
        } catch {
            return error
        }
    }

    /// A column of the rows that a filter, not percent-encoded, finds.
    mutating func find(_ set: String, _ column: String, _ filter: String) throws -> [String] {
        let query = "$filter=\(FormText.encoded(filter))&$select=\(column)"
        return try ask(.get, set, query).json["value"]?.array?.compactMap { $0[column]?.string } ?? []
    }

    /// Puts rows as tests do it.
    mutating func put(_ set: String, _ rows: [JSONValue]) throws {
        guard let table = DataverseSchema.table(set: set) else { return }
        for row in rows { _ = try organization.take(DataverseDraft(row, table), table, now: now) }
    }
}
