import Events
import Hosting

/// One of the two projects.
///
/// Configuration keys, in `sync.sides.flex` and `sync.sides.frontline`:
/// - `project` (string): its name in `gateway.projects`, from where account and token are taken.
/// - `dialect` (`conversations` or `chat`, default `conversations`).
/// - `service_sid` (string, required with `project`): its Conversations or Chat service, `IS…`.
/// - `workspace_sid` (string, required with `project`): its TaskRouter workspace, `WS…`.
/// - `workflow_sid`, `queue_sid` (strings): where the work of conversations that agents begin is routed, `WW…`, `WQ…`.
/// - `task_channel` (string, default `chat`): the unique name of the task channel for it.
/// - `proxy_service_sid` (string): the Proxy service for conversations that agents begin, in the Chat dialect, `KS…`;
///   `webhooks_for_copies` is needed with it. Without it their customers stay in the app's conversation.
/// - `sms_number`, `whatsapp_number` (strings): numbers that customers are written from; E.164.
/// - `webhooks_for_copies` (bool, default false): copies written here ring the project's own webhooks; needed where
///   those deliver to SMS (the Chat dialect with Proxy). SyncSvc itself never copies them back, either way.
struct SideSettings: Hashable, Sendable {
    let project: String
    let accountSID: AccountSID
    let authToken: Secret
    let dialect: Dialect
    let serviceSID: ChatServiceSID
    let workspaceSID: WorkspaceSID
    let workflowSID: String?
    let queueSID: String?
    let taskChannel: String
    let proxyServiceSID: String?
    let smsNumber: String?
    let whatsAppNumber: String?
    let areWebhooksOnForCopies: Bool

    /// Reads a side; nil when it names no project.
    ///
    /// `root` reads at the top level, for the Gateway's projects.
    init?(reader: SettingsReader, root: SettingsReader) {
        let project = reader.optionalString("project", maxBytes: 64) ?? ""
        let dialect = reader.choice("dialect", default: Dialect.conversations)
        let service = reader.optionalString("service_sid", maxBytes: 64)
        let workspace = reader.optionalString("workspace_sid", maxBytes: 64)
        workflowSID = reader.optionalString("workflow_sid", maxBytes: 64)
        queueSID = reader.optionalString("queue_sid", maxBytes: 64)
        taskChannel = reader.string("task_channel", default: "chat", maxBytes: 64)
        proxyServiceSID = reader.optionalString("proxy_service_sid", maxBytes: 64)
        smsNumber = reader.optionalString("sms_number", maxBytes: 64)
        whatsAppNumber = reader.optionalString("whatsapp_number", maxBytes: 64)
        areWebhooksOnForCopies = reader.bool("webhooks_for_copies", default: false)
        guard !project.isEmpty else { return nil }

        self.project = project
        self.dialect = dialect
        let account = root.peek { root in
            let projects = root.section("gateway").section("projects").section(project)
            return (sid: projects.string("account_sid", maxBytes: 64), token: projects.secret("auth_token"))
        }
        authToken = account.token
        guard let accountSID = try? AccountSID(account.sid) else {
            reader.reject("project", because: "gateway.projects.\(project) has no valid account_sid.")
            return nil
        }
        self.accountSID = accountSID
        guard let serviceSID = service.flatMap({ try? ChatServiceSID($0) }) else {
            reader.reject("service_sid", because: "it must be 'IS' and 32 hexadecimal digits.")
            return nil
        }
        self.serviceSID = serviceSID
        guard let workspaceSID = workspace.flatMap({ try? WorkspaceSID($0) }) else {
            reader.reject("workspace_sid", because: "it must be 'WS' and 32 hexadecimal digits.")
            return nil
        }
        self.workspaceSID = workspaceSID
    }
}
