import Events
import Synchronization
import Twilio
import TwilioREST

@testable import CRMBridgeSvc

/// A small Dataverse behind the transport's protocol: tokens, a few tables, filters, upserts with conditions, and faults.
final class TestDataverse: TwilioTransport {
    enum Fault: Sendable {
        /// Answers so and does nothing.
        case status(Int, code: String = "", message: String = "", retryAfter: String? = nil)
        /// Does it, and the answer is lost.
        case lost
        /// Answers later.
        case late(Duration)
    }

    struct Seen: Sendable {
        let method: HTTPVerb
        let path: String
        let query: FormParameters
        let request: TransportRequest
    }

    private struct State {
        var tables: [String: [JSONObject]] = [:]
        var faults: [Fault] = []
        var tokenFaults: [Fault] = []
        var seen: [Seen] = []
        var tokens = 0
        var valid: Set<String> = []
        var active = 0
        var mostActive = 0
        var life = 3_600
        var refusesCallers = false
    }

    static let organization = "https://contoso.crm4.dynamics.test"
    static let secret = "s3cr3t-Value"
    static let keys = [
        "contacts": "contactid", "accounts": "accountid", "incidents": "incidentid", "phonecalls": "activityid",
        "products": "productid", "subjects": "subjectid", "systemusers": "systemuserid",
    ]
    static let metadata = """
        <edmx:Edmx><EntityType Name="contact" BaseType="mscrm.crmbaseentity"><Property Name="prioritycode" Type="Edm.Guid"/>
        </EntityType><EntityType Name="incident" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="incidentid"/></Key>
        <Property Name="title" Type="Edm.String" Unicode="false"/><Property Name="prioritycode" Type="Edm.Int32"/>
        <Property Name="caseorigincode" Type="Edm.Int32"/><Property Name="casetypecode" Type="Edm.Int32"/>
        <Property Name="followupby" Type="Edm.DateTimeOffset"/><Property Name="isescalated" Type="Edm.Boolean"/>
        <Property Type="Edm.String" Name="emailaddress"/></EntityType></edmx:Edmx>
        """

    private let state = Mutex(State())

    var seen: [Seen] { state.withLock { $0.seen } }
    var tokens: Int { state.withLock { $0.tokens } }
    var mostActive: Int { state.withLock { $0.mostActive } }
    func rows(_ set: String) -> [JSONValue] { state.withLock { ($0.tables[set] ?? []).map { .object($0) } } }
    func fail(_ faults: [Fault]) { state.withLock { $0.faults = faults } }
    func failTokens(_ faults: [Fault]) { state.withLock { $0.tokenFaults = faults } }
    func dropTokens() { state.withLock { $0.valid = [] } }
    func forget() { state.withLock { $0.seen = [] } }
    func refuseCallers() { state.withLock { $0.refusesCallers = true } }

    @discardableResult
    func put(_ set: String, _ row: JSONValue, id: String? = nil) -> String {
        state.withLock { state in
            var object = row.object ?? JSONObject()
            let count = state.tables[set]?.count ?? 0
            let id = id ?? RecordID.uuid("row", set, "\(count)")
            object[Self.keys[set] ?? "id"] = .string(id)
            state.tables[set, default: []].append(object)
            return id
        }
    }

    func send(
        _ request: TransportRequest, within timeout: Duration
    ) async throws(TransportFailure) -> TransportResponse {
        let isToken = request.url.contains("/oauth2/")
        let fault = state.withLock { state -> Fault? in
            state.active += 1
            state.mostActive = max(state.mostActive, state.active)
            if isToken { return state.tokenFaults.isEmpty ? nil : state.tokenFaults.removeFirst() }
            return state.faults.isEmpty ? nil : state.faults.removeFirst()
        }
        defer { state.withLock { $0.active -= 1 } }
        await Task.yield()
        switch fault {
        case .status(let status, let code, let message, let pause)?:
            _ = note(request)
            var headers: [ResponseHeader: String] = [:]
            headers[.retryAfter] = pause
            return Self.fault(status, code, message, headers)
        case .lost?:
            _ = isToken ? token(request) : answer(request)
            throw TransportFailure(.connectionLost, wasSent: true, reason: "lost")
        case .late(let delay)?:
            try? await Task.sleep(for: delay)
            return isToken ? token(request) : answer(request)
        case nil: return isToken ? token(request) : answer(request)
        }
    }

    private func token(_ request: TransportRequest) -> TransportResponse {
        let form = try? FormParameters(decoding: request.body ?? [])
        guard form?.first("client_secret") == Self.secret, form?.first("scope") == Self.organization + "/.default",
            form?.first("grant_type") == "client_credentials", request.url.hasSuffix("/contoso/oauth2/v2.0/token")
        else {
            return TransportResponse(status: 401, body: Array(#"{"error":"invalid_client"}"#.utf8))
        }
        return state.withLock { state in
            state.tokens += 1
            let token = "token-\(state.tokens)"
            state.valid.insert(token)
            let json: JSONValue = [
                "access_token": .string(token), "expires_in": .number(JSONNumber(state.life)), "token_type": "Bearer",
            ]
            return TransportResponse(status: 200, body: json.bytes)
        }
    }

    private func note(_ request: TransportRequest) -> Seen {
        let target = request.url.dropFirst(Self.organization.utf8.count + "/api/data/v9.2/".utf8.count)
        let parts = target.split(separator: "?", maxSplits: 1)
        let query = (try? FormParameters(decoding: Array((parts.count > 1 ? parts[1] : "").utf8))) ?? FormParameters([])
        let seen = Seen(method: request.method, path: String(parts.first ?? ""), query: query, request: request)
        state.withLock { $0.seen.append(seen) }
        return seen
    }

    private func answer(_ request: TransportRequest) -> TransportResponse {
        guard request.url.hasPrefix(Self.organization + "/api/data/v9.2/") else { return Self.fault(404, "", "") }
        let seen = note(request)
        let bearer = request.header("Authorization")?.dropFirst(7) ?? ""
        let isKnown = state.withLock { $0.valid.contains(String(bearer)) }
        guard isKnown else { return Self.fault(401, "", "") }
        if request.header("CallerObjectId") != nil, state.withLock({ $0.refusesCallers }) {
            return Self.fault(
                403, "0x80040220", "Principal user (Id=x, type=8) is missing prvActOnBehalfOfAnotherUser privilege")
        }
        if seen.path == "WhoAmI" { return TransportResponse(status: 200, body: Array("{}".utf8)) }
        if seen.path == "$metadata" { return TransportResponse(status: 200, body: Array(Self.metadata.utf8)) }
        let parts = seen.path.split(separator: "(", maxSplits: 1)
        let set = String(parts.first ?? "")
        guard let key = Self.keys[set] else { return Self.fault(404, "0x80060888", "Resource not found") }
        guard parts.count == 2 else { return list(seen, set) }
        let id = String(parts[1].dropLast())
        guard RecordGUID(id) != nil else { return Self.fault(400, "0x80060888", "no key") }
        return request.method == .patch ? patch(seen, set, key, id) : row(set, key, id)
    }

    private func row(_ set: String, _ key: String, _ id: String) -> TransportResponse {
        state.withLock { state in
            guard let row = state.tables[set]?.first(where: { $0[key]?.string == id }) else {
                return Self.fault(404, "0x80040217", "\(set) With Id = \(id) Does Not Exist")
            }
            return TransportResponse(status: 200, body: JSONValue.object(row).bytes)
        }
    }

    private func list(_ seen: Seen, _ set: String) -> TransportResponse {
        var rows = rows(set)
        if let filter = seen.query.first("$filter") {
            guard rows.allSatisfy({ TestFilter.matches(filter, $0) != nil }) else {
                return Self.fault(400, "0x80060888", "Syntax error")
            }
            rows = rows.filter { TestFilter.matches(filter, $0) == true }
        }
        let order = seen.query.first("$orderby") ?? ""
        if order.hasPrefix("fullname") {
            rows.sort { ($0["fullname"]?.string ?? "") < ($1["fullname"]?.string ?? "") }
        }
        if order == "createdon desc" { rows.reverse() }
        if let top = seen.query.first("$top").flatMap({ Int($0) }) { rows = Array(rows.prefix(top)) }
        let page =
            seen.request.headers.lazy.compactMap { header in
                header.value.hasPrefix("odata.maxpagesize=") ? Int(header.value.dropFirst(18)) : nil
            }.first ?? 5_000
        let skip = seen.query.first("$skiptoken").flatMap { Int($0) } ?? 0
        var object = JSONObject([("value", .array(Array(rows.dropFirst(skip).prefix(page))))])
        if skip + page < rows.count {
            let base = seen.request.url.split(separator: "&$skiptoken").first.map(String.init) ?? ""
            object["@odata.nextLink"] = .string("\(base)&$skiptoken=\(skip + page)")
        }
        return TransportResponse(status: 200, body: JSONValue.object(object).bytes)
    }

    private func patch(_ seen: Seen, _ set: String, _ key: String, _ id: String) -> TransportResponse {
        let body = (try? JSONValue(parsing: seen.request.body ?? []))?.object ?? JSONObject()
        return state.withLock { state in
            for member in body.members where member.name.hasSuffix("@odata.bind") {
                let target = member.value.string?.split { "/()".contains($0) }.map(String.init) ?? []
                let known = state.tables[target.first ?? ""]?.contains { row in
                    row[Self.keys[target.first ?? ""] ?? ""]?.string == target.last
                }
                guard known == true else { return Self.fault(404, "0x80040217", "Does Not Exist") }
            }
            let index = state.tables[set]?.firstIndex { $0[key]?.string == id }
            if index != nil, seen.request.header("If-None-Match") == "*" {
                return Self.fault(412, "0x80040237", "A record with matching key values already exists.")
            }
            if index == nil, seen.request.header("If-Match") == "*" {
                return Self.fault(404, "0x80040217", "Does Not Exist")
            }
            var row = index.flatMap { state.tables[set]?[$0] } ?? JSONObject([(key, .string(id))])
            for member in body.members { row[member.name] = member.value }
            if set == "contacts" {
                let names = ["firstname", "lastname"].compactMap { row[$0]?.string }
                row["fullname"] = .string(names.joined(separator: " "))
            }
            if set == "incidents", index == nil {
                row["ticketnumber"] = .string("CAS-0\((state.tables[set] ?? []).count + 1_000)")
                let contact = body["customerid_contact@odata.bind"]?.string?.split { "/()".contains($0) }.last
                row["_customerid_value"] = contact.map { .string(String($0)) }
            }
            if let index { state.tables[set]?[index] = row } else { state.tables[set, default: []].append(row) }
            guard seen.request.headers.contains(where: { $0.value == "return=representation" }) else {
                return TransportResponse(status: 204)
            }
            return TransportResponse(status: index == nil ? 201 : 200, body: JSONValue.object(row).bytes)
        }
    }

    private static func fault(
        _ status: Int, _ code: String, _ message: String, _ headers: [ResponseHeader: String] = [:]
    ) -> TransportResponse {
        let json: JSONValue = ["error": ["code": .string(code), "message": .string(message)]]
        return TransportResponse(status: status, headers: headers, body: json.bytes)
    }
}
