import Events
import Hosting

/// One simulated Twilio project.
///
/// Configuration keys, in `sandbox.projects.<name>`:
/// - `dialect` (`conversations` or `chat`, default `conversations`): whose webhooks messaging sends. REST answers both.
/// - `service_sid`, `workspace_sid`, `workflow_sid`, `queue_sid`, `proxy_service_sid` (strings): SIDs of what the
///   project begins with; made from the seed when absent.
/// - `number`, `whatsapp_number` (strings, default `+14155550100`, `+14155550101`): its phone numbers, E.164.
/// - `routes_to_flex` (bool, default true): web chats, and messages to a number without an address configuration, become
///   tasks. False for a Frontline project.
/// - `workers` (list, default none): friendly names, which are the identities too.
/// - `agents` (list, default none): workers with more attributes, besides `workers` or instead: `name` (string, as above),
///   `full_name` (string, default the name), `contact_uri` (string, default `client:<name>`: what rings, also `sip:…` or
///   a number), `team` (string), `entra_object_id` (GUID): who he is in Dataverse, an attribute of the worker; without it
///   his user there has one that is made from his name.
/// - `activities.<key>`: `name` (string), `sid` (string), `available` (bool, default false), in the order of the file;
///   the first is where workers begin. Default: Offline, Available, Unavailable, Break.
/// - `webhook_base` (string): such as `http://127.0.0.1:8080/webhooks/twilio/flex`; when set, the project begins with
///   webhooks to `<base>/conversations` or `<base>/chat` and `<base>/taskrouter`.
/// - `callback_base` (string): such as `http://127.0.0.1:8080`; when set, the mobile app asks `<base>/frontline/crm`,
///   `/frontline/outgoing` and `/frontline/templates` for customers, our address and templates.
/// - `extension_lookup_url` (string): such as `http://127.0.0.1:8080`; when set, and the number has no `VoiceUrl`, callers
///   choose an extension by keypad, which is looked up there (`/studio/extension`, `/studio/dial-by-name`).
struct SandboxProject: Sendable {
    /// Whose webhooks messaging sends.
    enum Dialect: String, CaseIterable, Sendable {
        case conversations, chat
    }

    /// One activity that workers can be in.
    struct Activity: Sendable {
        var name: String
        var sid: String?
        var isAvailable: Bool
    }

    /// One worker.
    struct Agent: Hashable, Sendable {
        var name: String
        var fullName: String?
        var contactURI: String?
        var team: String?
        /// A GUID.
        var entraObjectID: String?
    }

    var name: String
    var accountSID: String
    var authToken: Secret
    var dialect = Dialect.conversations
    var serviceSID: String?
    var workspaceSID: String?
    var workflowSID: String?
    var queueSID: String?
    var proxyServiceSID: String?
    var number = "+14155550100"
    var whatsAppNumber = "+14155550101"
    var routesToFlex = true
    var workers: [String] = []
    var agents: [Agent] = []
    var activities = Self.usualActivities
    var webhookBase: String?
    var callbackBase: String?
    var extensionLookupURL: String?

    static let usualActivities = [
        Activity(name: "Offline", isAvailable: false), Activity(name: "Available", isAvailable: true),
        Activity(name: "Unavailable", isAvailable: false), Activity(name: "Break", isAvailable: false),
    ]

    /// A project with what a test needs and the usual rest.
    init(name: String, accountSID: String, authToken: Secret) {
        self.name = name
        self.accountSID = accountSID
        self.authToken = authToken
    }

    /// Reads one project; `account` is what `gateway.projects` says under the same name.
    init(name: String, reader: SettingsReader, account: (sid: String, token: Secret)) {
        self.init(name: name, accountSID: account.sid, authToken: account.token)
        dialect = reader.choice("dialect", default: .conversations)
        serviceSID = Self.sid("service_sid", "IS", reader)
        workspaceSID = Self.sid("workspace_sid", "WS", reader)
        workflowSID = Self.sid("workflow_sid", "WW", reader)
        queueSID = Self.sid("queue_sid", "WQ", reader)
        proxyServiceSID = Self.sid("proxy_service_sid", "KS", reader)
        number = reader.string("number", default: number, maxBytes: 32)
        whatsAppNumber = reader.string("whatsapp_number", default: whatsAppNumber, maxBytes: 32)
        routesToFlex = reader.bool("routes_to_flex", default: true)
        workers = reader.strings("workers", default: [], maxCount: 1_000)
        agents = reader.list("agents").map { agent in
            Agent(
                name: agent.string("name", maxBytes: 255), fullName: agent.optionalString("full_name", maxBytes: 255),
                contactURI: agent.optionalString("contact_uri", maxBytes: 255),
                team: agent.optionalString("team", maxBytes: 64),
                entraObjectID: Self.objectID(agent))
        }
        let listed = reader.keyed("activities").map { _, section in
            Activity(
                name: section.string("name", maxBytes: 255), sid: Self.sid("sid", "WA", section),
                isAvailable: section.bool("available", default: false))
        }
        if !listed.isEmpty { activities = listed }
        webhookBase = Self.base("webhook_base", reader)
        callbackBase = Self.base("callback_base", reader)
        extensionLookupURL = Self.base("extension_lookup_url", reader)
        if (try? AccountSID(accountSID)) == nil {
            reader.reject("service_sid", because: "the project's account_sid in gateway.projects is not a SID.")
        }
    }

    /// Everybody who works here, each name once: those with attributes first.
    var allAgents: [Agent] {
        agents + workers.filter { name in !agents.contains { $0.name == name } }.map { Agent(name: $0) }
    }

    private static func objectID(_ agent: SettingsReader) -> String? {
        guard let text = agent.optionalString("entra_object_id", maxBytes: 64), !text.isEmpty else { return nil }
        if GUID(text) == nil { agent.reject("entra_object_id", because: "it must be a GUID.") }
        return text.lowercased()
    }

    /// A URL without its last slash; nil when it is absent or empty.
    private static func base(_ key: String, _ reader: SettingsReader) -> String? {
        let base = reader.optionalString(key, maxBytes: 1_024) ?? ""
        return base.isEmpty ? nil : String(base.hasSuffix("/") ? base.dropLast() : base[...])
    }

    private static func sid(_ key: String, _ prefix: String, _ reader: SettingsReader) -> String? {
        guard let text = reader.optionalString(key, maxBytes: 64), !text.isEmpty else { return nil }
        let isHexadecimal = text.utf8.dropFirst(2).allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
        if !text.hasPrefix(prefix) || text.utf8.count != 34 || !isHexadecimal {
            reader.reject(key, because: "it must be '\(prefix)' and 32 lower-case hexadecimal digits.")
        }
        return text
    }
}
