/// What becomes of one variable of a sample.
struct ImportRule: Sendable {
    /// How a value is checked and written.
    enum Kind: Sendable {
        case text
        /// Two letters and 32 hexadecimal digits.
        case sid(String)
        case url
        /// The origin of an address, which may lack its `https://`; as a text, or as a list of one.
        case origin, originList
        case flag
        /// A phone number, perhaps behind `whatsapp:`.
        case phone
        /// Minutes with a fraction, written as whole seconds.
        case minutesAsSeconds
    }

    enum Target: Sendable {
        /// A key of the configuration.
        case setting([String], Kind)
        /// One of the names in a list of `a=b`: place 0 is the `a` of the first, 1 its `b`, 2 the `a` of the second.
        case pair([String], place: Int)
        /// A file of its own, named by the key with `_file` at its end.
        case secret([String])
        /// A key of a service that does not exist yet: written as a comment.
        case later([String], Kind)
        /// Not needed any more, and why.
        case obsolete(String)
    }

    /// The names it goes by; the samples misspell one.
    let names: [String]
    let targets: [Target]

    init(_ names: String..., to targets: Target...) {
        self.names = names
        self.targets = targets
    }
}

/// A sample whose `.env` files are known.
struct ImportSource: Sendable {
    let name: String
    let rules: [ImportRule]
    /// Settings that come with it, whatever the file says.
    let fixed: [(path: [String], value: ImportValue)]

    static let all: [ImportSource] = [flexFrontline, didExtensions, dynamicsCIF]

    private static func project(
        _ name: String, sid: String..., token: String...
    ) -> [ImportRule] {
        let base = ["gateway", "projects", name]
        return sid.map { ImportRule($0, to: .setting(base + ["account_sid"], .sid("AC"))) }
            + token.map { ImportRule($0, to: .secret(base + ["auth_token"])) }
    }

    private static let activities = ["sync", "agents", "activities"]

    static let flexFrontline = ImportSource(
        name: "flex-frontline",
        rules: project("flex", sid: "ACCOUNT_SID", token: "AUTH_TOKEN")
            + project("frontline", sid: "FRONTLINE_ACCOUNT_SID", token: "FRONTLINE_AUTH_TOKEN")
            + [
                ImportRule("WORKSPACE_SID", to: .setting(["sync", "sides", "flex", "workspace_sid"], .sid("WS"))),
                ImportRule("WORKFLOW_SID", to: .setting(["sync", "sides", "flex", "workflow_sid"], .sid("WW"))),
                ImportRule("SMS_CHANNEL_SID", to: .setting(["sync", "sides", "flex", "task_channel"], .sid("TC"))),
                ImportRule("CHAT_SERVICE_SID", to: .setting(["sync", "sides", "flex", "service_sid"], .sid("IS"))),
                ImportRule(
                    "PROXY_SERVICE_SID", to: .setting(["sync", "sides", "flex", "proxy_service_sid"], .sid("KS"))),
                ImportRule("SMS_NUMBER", to: .setting(["sync", "sides", "flex", "sms_number"], .phone)),
                ImportRule("WHATSAPP_NUMBER", to: .setting(["sync", "sides", "flex", "whatsapp_number"], .phone)),
                ImportRule(
                    "FRONTLINE_WORKSPACE_SID",
                    to: .setting(["sync", "sides", "frontline", "workspace_sid"], .sid("WS"))),
                ImportRule(
                    "CONERSATION_SERVICE_SID", "CONVERSATION_SERVICE_SID",
                    to: .setting(["sync", "sides", "frontline", "service_sid"], .sid("IS"))),
                ImportRule("FRONTLINE_SMS_NUMBER", to: .setting(["sync", "sides", "frontline", "sms_number"], .phone)),
                ImportRule(
                    "FRONTLINE_WHATSAPP_NUMBER",
                    to: .setting(["sync", "sides", "frontline", "whatsapp_number"], .phone)),
                ImportRule("AVAILABLE_STATUS", to: .pair(activities, place: 0)),
                ImportRule("FRONTLINE_AVAILABLE_STATUS", to: .pair(activities, place: 1)),
                ImportRule("UNAVAILABLE_STATUS", to: .pair(activities, place: 2)),
                ImportRule("FRONTLINE_UNAVAILABLE_STATUS", to: .pair(activities, place: 3)),
                ImportRule("AUTO_ACCEPT_TASKS", to: .setting(["sync", "agents", "auto_accept"], .flag)),
                ImportRule("DISABLE_FRONTLINE_TRANSFER", to: .setting(["sync", "agents", "forbid_transfers"], .flag)),
                ImportRule(
                    "NOTIFICATION_TIMEOUT_MINUTES",
                    to: .setting(["sync", "agents", "nudge_interval_seconds"], .minutesAsSeconds)),
                ImportRule("BACKUP_CRM_ENDPOINT", to: .setting(["sync", "agents", "backup_crm_url"], .url)),
                ImportRule("FLEX_CHAT_DEFAULT_WEBHOOK", to: .setting(["sync", "relay", "flex", "url"], .url)),
            ],
        fixed: [
            (["gateway", "projects", "flex", "aliases"], .list(["/taskrouter-handler", "/chat-to-frontline"])),
            (["gateway", "projects", "frontline", "aliases"], .list(["/taskrouter-handler", "/frontline-to-chat"])),
            (["sync", "sides", "flex", "project"], .text("flex")),
            (["sync", "sides", "flex", "dialect"], .text("chat")),
            (["sync", "sides", "frontline", "project"], .text("frontline")),
            (["sync", "sides", "frontline", "dialect"], .text("conversations")),
        ])

    static let didExtensions = ImportSource(
        name: "did-extensions",
        rules: project("flex", sid: "TWILIO_ACCOUNT_SID", "ACCOUNT_SID", token: "TWILIO_AUTH_TOKEN", "AUTH_TOKEN")
            + [
                ImportRule(
                    "FLEX_SYNC_SERVICE_SID", to: .later(["extensions", "import", "sync_service_sid"], .sid("IS"))),
                ImportRule("FLEX_SYNC_MAP_SID", to: .later(["extensions", "import", "sync_map"], .text)),
                ImportRule("REACT_APP_SYNC_MAP_NAME", to: .later(["extensions", "import", "sync_map_name"], .text)),
                ImportRule("TWILIO_ASSET_NAME", to: .later(["extensions", "import", "asset_path"], .text)),
                ImportRule(
                    "FLEX_APP_FUNCTIONS_BASE", "REACT_APP_FUNCTIONS_BASE",
                    to: .obsolete("the Gateway serves the same paths")),
                ImportRule(
                    "TWILIO_SERVICE_RETRY_LIMIT",
                    to: .obsolete("twilio.max_attempts is about whole calls; its default suits")),
                ImportRule(
                    "TWILIO_SERVICE_MIN_BACKOFF", "TWILIO_SERVICE_MAX_BACKOFF",
                    to: .obsolete("twilio.backoff_base_ms and twilio.backoff_cap_ms have defaults that suit")),
            ],
        fixed: [])

    static let dynamicsCIF = ImportSource(
        name: "dynamics-cif",
        rules: project("flex", sid: "ACCOUNT_SID", token: "AUTH_TOKEN")
            + [
                ImportRule(
                    "DYNAMICS_HOST", to: .setting(["crm", "dynamics", "organization"], .origin),
                    .setting(["gateway", "panel", "cif_origins"], .originList)),
                ImportRule("DYNAMICS_TENANT_ID", to: .setting(["crm", "dynamics", "tenant"], .text)),
                ImportRule("DYNAMICS_CLIENT_ID", to: .setting(["crm", "dynamics", "client_id"], .text)),
                ImportRule(
                    "REACT_APP_DYNAMICS_ORG",
                    to: .obsolete("crm.dynamics.organization is the organisation's origin in full, whatever its region")
                ),
                ImportRule(
                    "DYNAMICS_USERNAME", "DYNAMICS_PASSWORD",
                    to: .obsolete(
                        "signing in with a user's password is retired: register a client secret, "
                            + "and set crm.dynamics.client_secret_file")),
            ],
        fixed: [(["crm", "connector"], .text("dynamics"))])
}
