/// What `patchbay up` prints once everything is ready.
struct Banner: Sendable {
    let names: [String]
    let startup: Duration
    let gateway: GatewayAddress
    /// Where the Sandbox is, when it is among the processes.
    let sandbox: String?
    let runDirectory: String
    let stateDirectory: String
    let configPath: String?
    /// Set when the configuration was made by `patchbay up`.
    let tokenPath: String?
    /// How the user calls `patchbay`.
    let command: String

    func lines(style: Style) -> [String] {
        func row(_ title: String, _ text: String) -> String {
            "  \(style.paint(DisplayText.pad(title, to: 9), .dim))  \(text)"
        }
        var lines = [
            "", style.paint("Patchbay is up: \(names.joined(separator: ", ")) (\(startup.rounded)).", .bold), "",
        ]
        lines.append(row("Web", gateway.local + "/"))
        if let sandbox { lines.append(row("Sandbox", "\(sandbox)/  play the customer, the agent and the desk")) }
        for project in gateway.projects {
            let base = "\(gateway.publicURL)/webhooks/twilio/\(project.name)"
            lines.append(row("Webhooks", "\(base)/{taskrouter,conversations,chat,voice}"))
        }
        lines.append(row("Sockets", runDirectory))
        lines.append(row("Data", stateDirectory))
        if let configPath { lines.append(row("Settings", configPath)) }
        if let tokenPath {
            lines.append(row("Token", "\(tokenPath) (invented; signs what 'patchbay trigger' sends)"))
        }
        lines += ["", "Try, in another terminal:"]
        for text in ["tap", "trigger task.reserved", "consume --group demo --filter 'task.>' --exec cat"] {
            lines.append("  " + style.paint("\(command) \(text)", .cyan))
        }
        return lines + ["", "Ctrl-C stops everything.", ""]
    }
}
