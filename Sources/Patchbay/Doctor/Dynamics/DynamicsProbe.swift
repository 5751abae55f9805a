import Events
import Hosting
import Twilio
import TwilioREST

/// Asks Dynamics 365, its authority and the Gateway's page; reads only.
struct DynamicsProbe: Sendable {
    static let timeout = Duration.seconds(15)
    static let maxBytes = 1_048_576
    /// `$metadata` has some megabytes.
    static let maxMetadataBytes = 67_108_864

    let target: DynamicsTarget
    let transport: HTTPTransport

    func facts() async -> DynamicsFacts {
        var facts = DynamicsFacts()
        facts.page = await page()
        let (reply, token) = await token()
        facts.token = reply
        guard let token else { return facts }
        facts.whoAmI = await read("WhoAmI", token)
        guard facts.whoAmI?.status == 200 else { return facts }
        facts.columns = await columns(token)
        var sets = ["contacts", "incidents", "phonecalls", "products", "subjects"]
        if !target.accountColumns.isEmpty { sets.append("accounts") }
        if target.isImpersonating { sets.append("systemusers") }
        for set in sets {
            let key = set == "phonecalls" ? "activityid" : "\(set.dropLast())id"
            facts.reads.append((set, await read("\(set)?$select=\(key)&$top=1", token)))
        }
        facts.providers = await read(
            "msdyn_channelproviders?$select=msdyn_name,msdyn_channelurl,msdyn_trusteddomain,msdyn_apiversion,"
                + "msdyn_enableoutbound&$top=50", token)
        return facts
    }

    private func token() async -> (DynamicsFacts.Reply, Secret?) {
        let form = FormParameters([
            ("client_id", target.clientID), ("scope", target.organization + "/.default"),
            ("grant_type", "client_credentials"), ("client_secret", target.clientSecret?.reveal() ?? ""),
        ])
        let request = TransportRequest(
            method: .post, url: "\(target.authority)/\(target.tenant)/oauth2/v2.0/token",
            headers: [.init("Content-Type", "application/x-www-form-urlencoded")], body: form.encoded,
            maxResponseBytes: Self.maxBytes)
        let reply = await send(request)
        let token = reply.body["access_token"]?.string
        guard reply.status == 200, let token else { return (reply, nil) }
        return (.status(200, body: .null), Secret(token))
    }

    private func read(_ path: String, _ token: Secret) async -> DynamicsFacts.Reply {
        await send(request(path, token, Self.maxBytes))
    }

    private func request(_ path: String, _ token: Secret, _ limit: Int) -> TransportRequest {
        TransportRequest(
            method: .get, url: target.base + path,
            headers: [
                .init("Authorization", "Bearer \(token.reveal())"), .init("Accept", "application/json"),
                .init("OData-Version", "4.0"), .init("OData-MaxVersion", "4.0"),
            ], maxResponseBytes: limit)
    }

    private func send(_ request: TransportRequest) async -> DynamicsFacts.Reply {
        do throws(TransportFailure) {
            let response = try await transport.send(request, within: Self.timeout)
            return .status(response.status, body: (try? JSONValue(parsing: response.body)) ?? .null)
        } catch {
            return .nothing(reason: error.reason)
        }
    }

    private func columns(_ token: Secret) async -> [String: Set<String>]? {
        var request = request("$metadata", token, Self.maxMetadataBytes)
        request.headers[1].value = "application/xml"
        guard let response = try? await transport.send(request, within: Self.timeout), response.status == 200 else {
            return nil
        }
        return Self.columns(String(decoding: response.body, as: UTF8.self))
    }

    /// The properties of the tables that are looked at, from a CSDL document.
    static func columns(_ document: String) -> [String: Set<String>]? {
        var columns: [String: Set<String>] = [:]
        var table: String?
        for tag in document.split(separator: "<") {
            if tag.hasPrefix("EntityType ") {
                table = name(tag).flatMap { ["contact", "account", "incident"].contains($0) ? $0 : nil }
            } else if tag.hasPrefix("/EntityType") {
                table = nil
            } else if let table, tag.hasPrefix("Property "), let name = name(tag) {
                columns[table, default: []].insert(name)
            }
        }
        return columns.isEmpty ? nil : columns
    }

    private static func name(_ tag: Substring) -> String? {
        guard let start = tag.firstRange(of: " Name=\"")?.upperBound else { return nil }
        return String(tag[start...].prefix { $0 != "\"" })
    }

    private func page() async -> DynamicsFacts.Page {
        let request = TransportRequest(
            method: .get, url: target.channelURL, headers: [], maxResponseBytes: Self.maxBytes)
        do throws(TransportFailure) {
            let response = try await transport.send(request, within: Self.timeout)
            return DynamicsFacts.Page(
                status: response.status, policy: response.headers[.contentSecurityPolicy],
                frameOptions: response.headers[.frameOptions])
        } catch {
            return DynamicsFacts.Page(reason: error.reason)
        }
    }
}
