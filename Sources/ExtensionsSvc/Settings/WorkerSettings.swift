import Events
import Hosting

/// The project whose workers have extensions, and whose supervisors' tokens count.
///
/// Configuration keys, in `extensions.workers`:
/// - `project` (string): its name in `gateway.projects`, from where account and token are taken. Without it nothing is
///   known of workers, and tokens of Flex are refused.
/// - `workspace_sid` (string, required with `project`): its TaskRouter workspace, `WS…`.
/// - `refresh_seconds` (int, default 15, range 1...3600): between two readings.
/// - `max_workers` (int, default 10000, range 1...100000): with more, none are known.
struct WorkerSettings: Hashable, Sendable {
    let project: String
    let accountSID: AccountSID
    let authToken: Secret
    let workspaceSID: WorkspaceSID
    let refresh: Duration
    let maxWorkers: Int

    /// Nil when no project is named.
    ///
    /// `root` reads at the top level, for the Gateway's projects.
    init?(reader: SettingsReader, root: SettingsReader) {
        project = reader.optionalString("project", maxBytes: 64) ?? ""
        let workspace = reader.optionalString("workspace_sid", maxBytes: 64)
        refresh = reader.duration("refresh_seconds", default: .seconds(15), in: .seconds(1) ... .seconds(3_600))
        maxWorkers = reader.int("max_workers", default: 10_000, in: 1...100_000)
        guard !project.isEmpty else { return nil }
        let name = project
        let account = root.peek { root in
            let projects = root.section("gateway").section("projects").section(name)
            return (sid: projects.string("account_sid", maxBytes: 64), token: projects.secret("auth_token"))
        }
        authToken = account.token
        guard let accountSID = try? AccountSID(account.sid) else {
            reader.reject("project", because: "gateway.projects.\(name) has no valid account_sid.")
            return nil
        }
        self.accountSID = accountSID
        guard let workspaceSID = workspace.flatMap({ try? WorkspaceSID($0) }) else {
            reader.reject("workspace_sid", because: "it must be 'WS' and 32 hexadecimal digits.")
            return nil
        }
        self.workspaceSID = workspaceSID
    }
}
