import Hosting

/// Agents: who is who, what they are told, what happens without asking them.
///
/// Configuration keys, in `sync.agents`:
/// - `identities` (list of `Flex name=Frontline identity`, default empty): agents whose names differ; all others have
///   the same name on both sides.
/// - `activities` (list of `Flex activity=Frontline activity`, default the same names for Available, Unavailable,
///   Offline): of pairs with the same name on one side, the first says what it is translated to. See ``ActivityMap``.
/// - `sync_activities` (bool, default true): activities are kept in step.
/// - `echo_window_seconds` (int, default 30, range 1...600): how long the echo of an own write is expected.
/// - `ask` (bool, default true): agents are asked about reservations in their system conversation.
/// - `auto_accept` (bool, default false): reservations of agents who are available in the app are accepted for them.
/// - `auto_accept_max_open` (int, default 0, range 0...1000): not for agents with as many open ones; 0: no limit.
/// - `reservation_timeout_seconds` (int, default 120, range 5...86400): the workflow's; later answers are too late.
/// - `nudge_interval_seconds` (int, default 300, range 1...86400): between two nudges of one agent.
/// - `forbid_transfers` (bool, default false): transfers in the app are undone, with a notice.
/// - `transfer_accept_seconds` (int, default 120, range 10...86400): then an offer lapses, and the transfer is undone.
/// - `routing_fallback` (string, default empty): the Frontline identity of who gets an incoming conversation of the app
///   when nobody is available and nobody knows the customer; empty: it waits without a worker.
/// - `language` (`en` or `es`, default `en`): of what agents are told.
/// - `customer_fields` (list, default empty): which fields of the pre-engagement form the app shows.
/// - `templates` (list of sections, default empty): `category`, `text` (Mustache, see ``MessageTemplates``),
///   `whatsapp_approved`.
/// - `backup_crm_url` (string): asked about customers who are none of ours; the sample's `BACKUP_CRM_ENDPOINT`.
/// - `backup_crm_timeout_ms` (int, default 2500, range 100...4000): for its whole answer.
struct AgentSettings: Hashable, Sendable {
    /// Agents that may be named.
    static let maxIdentities = 10_000
    static let maxTemplates = 200

    var identities = IdentityMap()
    var activities = ActivityMap(Self.defaultActivities.compactMap(Self.activity))
    var areActivitiesSynced = true
    var echoWindow: Duration = .seconds(30)
    var isAsking = true
    var autoAccept = AutoAcceptGuard(isOn: false, maxOpen: 0)
    var reservationTimeout: Duration = .seconds(120)
    var nudges = NudgeThrottle(interval: .seconds(300))
    var areTransfersForbidden = false
    var transferAcceptSeconds = 120
    var routingFallback = ""
    var language = NoticeText.Language.en
    var customerFields: [String] = []
    var templates: [MessageTemplates.Definition] = []
    var backupURL: String?
    var backupTimeout: Duration = .milliseconds(2_500)

    private static let defaultActivities = ["Available=Available", "Unavailable=Unavailable", "Offline=Offline"]

    init() {}

    init(reader: SettingsReader) {
        let named = reader.strings("identities", default: [], maxCount: Self.maxIdentities)
        let pairs = named.compactMap(Self.identity)
        identities = IdentityMap(pairs)
        let mapped = reader.strings("activities", default: Self.defaultActivities)
        activities = ActivityMap(mapped.compactMap(Self.activity))
        areActivitiesSynced = reader.bool("sync_activities", default: true)
        echoWindow = .seconds(reader.int("echo_window_seconds", default: 30, in: 1...600))
        isAsking = reader.bool("ask", default: true)
        autoAccept = AutoAcceptGuard(
            isOn: reader.bool("auto_accept", default: false),
            maxOpen: reader.int("auto_accept_max_open", default: 0, in: 0...1_000))
        reservationTimeout = .seconds(reader.int("reservation_timeout_seconds", default: 120, in: 5...86_400))
        nudges = NudgeThrottle(
            interval: .seconds(reader.int("nudge_interval_seconds", default: 300, in: 1...86_400)))
        areTransfersForbidden = reader.bool("forbid_transfers", default: false)
        transferAcceptSeconds = reader.int("transfer_accept_seconds", default: 120, in: 10...86_400)
        routingFallback = reader.optionalString("routing_fallback", maxBytes: 256) ?? ""
        language = reader.choice("language", default: .en)
        customerFields = reader.strings("customer_fields", default: [])
        templates = reader.list("templates").prefix(Self.maxTemplates).map {
            MessageTemplates.Definition(
                category: $0.string("category", maxBytes: 256), text: $0.string("text", maxBytes: 4_096),
                isWhatsAppApproved: $0.bool("whatsapp_approved", default: false))
        }
        backupURL = reader.optionalString("backup_crm_url", maxBytes: 1_024)
        backupTimeout = reader.duration(
            "backup_crm_timeout_ms", default: .milliseconds(2_500), in: .milliseconds(100)...(.seconds(4)))

        if pairs.count < named.count {
            reader.reject("identities", because: "each item is 'Flex name=Frontline identity'.")
        } else if let twice = IdentityMap.repeated(in: pairs) {
            reader.reject("identities", because: "'\(twice.prefix(64))' stands there twice on one side.")
        }
        if activities.pairs.count < mapped.count {
            reader.reject("activities", because: "each item is 'Flex activity=Frontline activity'.")
        }
        if (try? MessageTemplates(templates)) == nil {
            reader.reject("templates", because: "a text is no Mustache template: is every {{ closed?")
        }
        if let backupURL, !backupURL.hasPrefix("https://"), !backupURL.hasPrefix("http://") {
            reader.reject("backup_crm_url", because: "it must be http(s)://host/path.")
        }
    }

    private static func identity(_ text: String) -> IdentityMap.Pair? {
        halves(text).map { IdentityMap.Pair(flex: $0, frontline: $1) }
    }

    private static func activity(_ text: String) -> ActivityMap.Pair? {
        halves(text).map { ActivityMap.Pair(flex: $0, frontline: $1) }
    }

    /// What stands before and behind the first `=`, neither of them empty.
    private static func halves(_ text: String) -> (String, String)? {
        guard let mark = text.firstIndex(of: "=") else { return nil }
        let halves = (String(text[..<mark]), String(text[text.index(after: mark)...]))
        return halves.0.isEmpty || halves.1.isEmpty ? nil : halves
    }
}
