import Hosting
import TwilioHosting
import TwilioREST

/// What the configuration says to ExtensionsSvc.
///
/// Configuration keys, in the section `extensions`:
/// - `numbers`: see ``NumberSettings``.
/// - `unique_worker` (bool, default true): a worker has one extension at most.
/// - `history_days` (int, default 90, range 1...3650): how long changes can be looked up; never longer than the journal
///   keeps them (`broker.retention_days`).
/// - `sync`, `serverless`: see ``TransferSettings``.
/// - `publish`, `import`, `workers`: see ``PublishSettings``, ``ImportSettings``, ``WorkerSettings``.
///
/// The section `twilio`: see ``TwilioSettings``. Accounts and tokens are those of `gateway.projects.<project>`.
struct ExtensionsSettings: ServiceSettings {
    static let sections = ["extensions", "twilio"]

    let rules: DirectoryRules
    let history: Duration
    let imports: ImportSettings
    let publish: PublishSettings
    /// Nil when no project is configured.
    let workers: WorkerSettings?
    let transfer: TransferSettings
    let twilio: TwilioConfiguration

    init(reader: SettingsReader) {
        let extensions = reader.section("extensions")
        var rules = NumberSettings.read(extensions.section("numbers"))
        rules.isWorkerUnique = extensions.bool("unique_worker", default: true)
        self.rules = rules
        history = .seconds(86_400 * extensions.int("history_days", default: 90, in: 1...3_650))
        imports = ImportSettings(reader: extensions.section("import"))
        publish = PublishSettings(reader: extensions.section("publish"))
        workers = WorkerSettings(reader: extensions.section("workers"), root: reader)
        transfer = TransferSettings(reader: extensions)
        twilio = TwilioSettings.read(reader.section("twilio"))
    }
}
