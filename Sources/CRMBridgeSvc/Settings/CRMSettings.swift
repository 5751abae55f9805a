import Hosting
import TwilioHosting
import TwilioREST

/// What the configuration says to CRMBridgeSvc.
///
/// Configuration keys, in the section `crm`:
/// - `wrapup_limit_seconds` (int, default 600, range 1...86400): how long after its end an interaction is written to the
///   CRM although the agent has not finished with it.
/// - `reservation_timeout_seconds` (int, default 120, range 5...86400): the workflow's; shown to agents as the time left.
/// - `attributes` (strings, default empty): names of task attributes that the agent's browser may see.
/// - `project`, `workspace_sid`: see ``CRMProject``; `teams`: ``TeamSettings``; `pops`: ``PopSettings``;
///   `dispositions`: ``DispositionSettings``; the CRM: ``ConnectorSettings``.
///
/// The section `twilio`: see ``TwilioSettings``. Account and token are those of `gateway.projects.<project>`.
struct CRMSettings: ServiceSettings {
    static let sections = ["crm", "twilio"]

    /// Nil when no project is configured: then only contacts are served.
    let project: CRMProject?
    let teams: [String: TeamSettings]
    let pops: PopSettings
    let dispositions: DispositionSettings
    let attributes: [String]
    let wrapUpLimit: Duration
    let reservationTimeout: Duration
    let twilio: TwilioConfiguration
    let connector: ConnectorSettings

    init(reader: SettingsReader) {
        let crm = reader.section("crm")
        project = CRMProject(reader: crm, root: reader)
        teams = Dictionary(
            crm.keyed("teams").map { ($0.name, TeamSettings(reader: $0.reader)) }, uniquingKeysWith: { $1 })
        pops = PopSettings(reader: crm.section("pops"))
        dispositions = DispositionSettings(reader: crm)
        attributes = crm.strings("attributes", default: [])
        wrapUpLimit = crm.duration("wrapup_limit_seconds", default: .seconds(600), in: .seconds(1) ... .seconds(86_400))
        reservationTimeout = crm.duration(
            "reservation_timeout_seconds", default: .seconds(120), in: .seconds(5) ... .seconds(86_400))
        connector = ConnectorSettings(crm)
        twilio = TwilioSettings.read(reader.section("twilio"))
    }
}
