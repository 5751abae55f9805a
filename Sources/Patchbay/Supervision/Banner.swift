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
    /// Parts that a file of an earlier version lacks; nil when it is complete.
    var lacking: [String]?
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
        if let sandbox {
            lines.append(row("Sandbox", "\(sandbox)/  play the customer, the agent and the desk"))
            if names.contains("crm") {
                lines.append(row("CRM", "\(sandbox)/crm/?worker=ana.ruiz  a customer database with the agent's panel"))
                lines.append(row("Panel", "\(gateway.local)/panel/  the same by itself; sign in as ana.ruiz"))
                lines.append(row("Phones", "\(sandbox)/customer?app=calls  and  \(sandbox)/telephone?worker=ana.ruiz"))
            }
        }
        for project in gateway.projects {
            let base = "\(gateway.publicURL)/webhooks/twilio/\(project.name)"
            lines.append(row("Webhooks", "\(base)/{taskrouter,conversations,chat,voice}"))
        }
        lines.append(row("Sockets", runDirectory))
        lines.append(row("Data", stateDirectory))
        if let configPath { lines.append(row("Settings", configPath)) }
        if let lacking {
            let parts = lacking.isEmpty ? "parts that this version has" : lacking.joined(separator: ", ")
            lines.append(row("", "was edited, and is of an earlier version: it lacks \(parts)."))
            lines.append(
                row("", "Add them (deploy/config/patchbay.yaml.example), or move it away to have it made anew."))
        }
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
