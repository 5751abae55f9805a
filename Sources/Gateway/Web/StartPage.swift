import HTTPTypes
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

    /// No script, nothing from elsewhere, no framing.
    static let headers: HTTPFields = [
        .contentSecurityPolicy:
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
        .xContentTypeOptions: "nosniff",
    ]

    let language: StartPageText.Language
    let version: String
    let isConnected: Bool
    let details: Details?

    var html: String {
        let text = language.text
        return """
            <!doctype html>
            <html lang="\(language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Patchbay</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <main>
            <header><h1>Patchbay <small>\(Self.escaped(version))</small></h1>
            <p>\(text.tagline)</p>
            <p class="\(isConnected ? "good" : "bad")" role="status">\(isConnected ? text.busConnected : text.busAway)</p>
            </header>
            \(body(text))
            </main>
            <footer><a href="?lang=\(text.otherLanguage.code)" lang="\(text.otherLanguage.code)" \
            hreflang="\(text.otherLanguage.code)">\(text.otherLanguage.name)</a></footer>
            </body>
            </html>

            """
    }

    private func body(_ text: StartPageText) -> String {
        guard let details else { return "<p>\(text.private_)</p>" }
        var html = "<section><h2>\(text.webhooks)</h2>\n"
        html += details.urls.isEmpty ? "<p>\(text.noProjects)</p>" : Self.list(details.urls)
        if !details.aliases.isEmpty { html += "<p>\(text.aliases)</p>\n" + Self.list(details.aliases) }
        html += "</section>\n<section><h2>\(text.next)</h2>\n<dl>\n"
        let steps = [
            (text.watch, "patchbay tap"), (text.trigger, "patchbay trigger task.reserved"),
            (text.consume, "patchbay consume --group demo --exec cat"),
        ]
        for (what, command) in steps { html += "<dt>\(what)</dt><dd><code>\(command)</code></dd>\n" }
        return html + "</dl></section>"
    }

    private static func list(_ items: [String]) -> String {
        "<ul>\n" + items.map { "<li><code>\(escaped($0))</code></li>\n" }.joined() + "</ul>\n"
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }

    private static let style = """
        :root{--ink:#1b1f24;--soft:#5a6472;--paper:#fafaf8;--line:#dfe2e6;--good:#0a7d4b;--bad:#b3261e}\
        @media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a3adb9;--paper:#15181c;--line:#30363d;\
        --good:#4cc38a;--bad:#ff8f86}}\
        *{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);\
        font:16px/1.55 system-ui,sans-serif}main,footer{max-width:46rem;margin:0 auto;padding:1.5rem}\
        h1{margin:0;font-size:2rem;letter-spacing:-.02em}h1 small{font-size:1rem;color:var(--soft);font-weight:400}\
        h2{font-size:1.05rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}\
        header p{margin:.3rem 0;color:var(--soft)}header .good,header .bad{font-weight:600}\
        header .good{color:var(--good)}header .bad{color:var(--bad)}\
        header [role=status]::before{content:"";display:inline-block;width:.6em;height:.6em;border-radius:50%;\
        background:currentColor;margin-right:.5em}\
        ul{list-style:none;margin:0;padding:0}li,dd{margin:.25rem 0}dt{color:var(--soft)}\
        code{font:.875rem/1.5 ui-monospace,monospace;overflow-wrap:anywhere}a{color:inherit}
        """
}
