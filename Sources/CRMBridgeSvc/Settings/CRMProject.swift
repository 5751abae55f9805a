import Events
import Hosting

/// The project whose agents, tasks and calls are bridged.
///
/// Configuration keys, in `crm`:
/// - `project` (string): its name in `gateway.projects`, from where account and token are taken. Without it there are no
///   agents and no calls.
/// - `workspace_sid` (string, required with `project`): its TaskRouter workspace, `WS…`.
/// - `service_sid` (string): where its chats are, `IS…`; without it panels show no messages.
///
/// Callbacks go to `gateway.public_url`.
struct CRMProject: Hashable, Sendable {
    let name: String
    let accountSID: AccountSID
    let authToken: Secret
    let workspaceSID: WorkspaceSID
    let serviceSID: ChatServiceSID?
    /// Where the Gateway is for the provider, without a slash at its end.
    let publicURL: String

    /// Nil when no project is named.
    ///
    /// `root` reads at the top level, for the Gateway's settings.
    init?(reader: SettingsReader, root: SettingsReader) {
        let name = reader.optionalString("project", maxBytes: 64) ?? ""
        let workspace = reader.optionalString("workspace_sid", maxBytes: 64)
        let service = reader.optionalString("service_sid", maxBytes: 64)
        guard !name.isEmpty else { return nil }
        serviceSID = service.flatMap { try? ChatServiceSID($0) }
        if service != nil, serviceSID == nil {
            reader.reject("service_sid", because: "it must be 'IS' and 32 hexadecimal digits.")
        }
        self.name = name
        let found = root.peek { root in
            let gateway = root.section("gateway")
            let project = gateway.section("projects").section(name)
            return (
                sid: project.string("account_sid", maxBytes: 64), token: project.secret("auth_token"),
                url: gateway.optionalString("public_url", maxBytes: 1_024) ?? ""
            )
        }
        authToken = found.token
        guard let accountSID = try? AccountSID(found.sid) else {
            reader.reject("project", because: "gateway.projects.\(name) has no valid account_sid.")
            return nil
        }
        self.accountSID = accountSID
        guard let workspaceSID = workspace.flatMap({ try? WorkspaceSID($0) }) else {
            reader.reject("workspace_sid", because: "it must be 'WS' and 32 hexadecimal digits.")
            return nil
        }
        self.workspaceSID = workspaceSID
        guard !found.url.isEmpty else {
            reader.reject("project", because: "gateway.public_url is needed, where the provider calls back.")
            return nil
        }
        publicURL = found.url.hasSuffix("/") ? String(found.url.dropLast()) : found.url
    }
}
