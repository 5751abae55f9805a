import HTTPTypes

/// What the Gateway's pages have in common: the document around them, their looks, and what a browser may do with them.
enum HTMLPage {
    /// No script, nothing from elsewhere, no framing.
    static let headers: HTTPFields = [
        .contentSecurityPolicy:
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        .xContentTypeOptions: "nosniff",
    ]

    /// The whole document.
    ///
    /// - Parameters:
    ///   - language: Of its words.
    ///   - title: Plain text.
    ///   - style: What this page adds to ``style``.
    ///   - main: HTML of the element `main`.
    ///   - query: What the link to the other language keeps, such as `hours=24&`; HTML.
    /// - Returns: HTML, in UTF-8.
    static func document(
        _ language: StartPageText.Language, title: String, style: String = "", main: String, query: String = ""
    ) -> String {
        let other = language.text.otherLanguage
        return """
            <!doctype html>
            <html lang="\(language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(escaped(title))</title>
            <style>\(Self.style)\(style)</style>
            </head>
            <body>
            <main>
            \(main)
            </main>
            <footer><a href="?\(query)lang=\(other.code)" lang="\(other.code)" \
            hreflang="\(other.code)">\(other.name)</a></footer>
            </body>
            </html>

            """
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
        :root{--ink:#1b1f24;--soft:#5a6472;--paper:#fafaf8;--card:#fff;--line:#dfe2e6;--good:#0a7d4b;--bad:#b3261e;\
        --bar:#2f6fb5;--bar-soft:#b9d3ee}\
        @media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a3adb9;--paper:#15181c;--card:#1c2025;\
        --line:#30363d;--good:#4cc38a;--bad:#ff8f86;--bar:#7db4f0;--bar-soft:#2f4a68}}\
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
