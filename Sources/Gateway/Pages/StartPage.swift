import Twilio

/// The page at `/`: what this is, whether it works, where webhooks go, what to try.
struct StartPage {
    /// What only local peers see.
    struct Details {
        let urls: [String]
        let aliases: [String]

        init(_ settings: GatewaySettings) {
            urls = settings.projects.flatMap { project in
                WebhookFamily.allCases.map {
                    settings.publicURLText + WebhookRoutes.path(project: project.name, family: $0)
                }
            }
            let used = settings.projects.reduce(into: Set()) { $0.formUnion($1.aliases) }
            aliases = WebhookAlias.allCases.filter(used.contains).map { settings.publicURLText + $0.rawValue }
        }
    }

    let language: StartPageText.Language
    let version: String
    let isConnected: Bool
    let details: Details?

    var html: String {
        let text = language.text
        let main = """
            <header><h1>Patchbay <small>\(HTMLPage.escaped(version))</small></h1>
            <p>\(text.tagline)</p>
            <p class="\(isConnected ? "good" : "bad")" role="status">\(isConnected ? text.busConnected : text.busAway)</p>
            </header>
            \(body(text))
            """
        return HTMLPage.document(language, title: "Patchbay", main: main)
    }

    private func body(_ text: StartPageText) -> String {
        guard let details else { return "<p>\(text.private_)</p>" }
        var html = "<section><h2>\(text.webhooks)</h2>\n"
        html += details.urls.isEmpty ? "<p>\(text.noProjects)</p>" : Self.list(details.urls)
        if !details.aliases.isEmpty { html += "<p>\(text.aliases)</p>\n" + Self.list(details.aliases) }
        html += "</section>\n<section><h2>\(text.pages)</h2>\n"
        html += "<p><a href=\"/console/\">\(text.console)</a></p>\n"
        html += "<p><a href=\"\(StatusPages.Page.serviceLevels.rawValue)?lang=\(language.rawValue)\">"
        html += "\(language.levels.title)</a></p></section>\n<section><h2>\(text.next)</h2>\n<dl>\n"
        let steps = [
            (text.watch, "patchbay tap"), (text.trigger, "patchbay trigger task.reserved"),
            (text.consume, "patchbay consume --group demo --exec cat"),
        ]
        for (what, command) in steps { html += "<dt>\(what)</dt><dd><code>\(command)</code></dd>\n" }
        return html + "</dl></section>"
    }

    private static func list(_ items: [String]) -> String {
        "<ul>\n" + items.map { "<li><code>\(HTMLPage.escaped($0))</code></li>\n" }.joined() + "</ul>\n"
    }
}
