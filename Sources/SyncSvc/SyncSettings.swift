import Hosting
import TwilioHosting
import TwilioREST

/// What SyncSvc reads from the configuration.
///
/// Configuration keys, in the section `sync`:
/// - `mode` (`on` or `shadow`, default `on`): in shadow nothing is written to either project; what would be is counted
///   and logged.
/// - `sides.flex`, `sides.frontline`: see ``SideSettings``. Without both, SyncSvc has nothing to do.
/// - `pump`: see ``PumpSettings``.
/// - `agents`, `healing`, `relay`: see ``AgentSettings``, ``HealingSettings``, ``RelaySettings``.
///
/// The section `twilio`: see ``TwilioSettings``. Accounts and tokens are those of `gateway.projects.<project>`.
struct SyncSettings: ServiceSettings {
    static let sections = ["sync", "twilio"]

    enum Mode: String, CaseIterable, Sendable {
        case on, shadow
    }

    let mode: Mode
    /// Nil when no side is configured.
    let sides: BothSides<SideSettings>?
    let pump: PumpSettings
    let agents: AgentSettings
    let healing: HealingSettings
    let relay: RelaySettings
    let twilio: TwilioConfiguration

    init(reader: SettingsReader) {
        let sync = reader.section("sync")
        mode = sync.choice("mode", default: .on)
        let sections = sync.section("sides")
        let flex = SideSettings(reader: sections.section("flex"), root: reader)
        let frontline = SideSettings(reader: sections.section("frontline"), root: reader)
        pump = PumpSettings(reader: sync.section("pump"))
        agents = AgentSettings(reader: sync.section("agents"))
        healing = HealingSettings(reader: sync.section("healing"))
        relay = RelaySettings(reader: sync.section("relay"))
        twilio = TwilioSettings.read(reader.section("twilio"))

        if let flex, let frontline {
            sides = BothSides(flex: flex, frontline: frontline)
        } else {
            sides = nil
        }
        if (flex == nil) != (frontline == nil) {
            let missing = flex == nil ? "flex" : "frontline"
            sections.section(missing).reject("project", because: "both sides are needed, or none.")
        }
        if let flex, let frontline, flex.project == frontline.project {
            sections.section("frontline").reject("project", because: "the two sides must be two projects.")
        }
    }
}
