import Events

/// The page at `/service-levels`: wait, answers and durations by queue, agent and channel.
///
/// Of persons it names workers only. It has no script: a bar is a picture made here, beside the figure it shows.
struct ServiceLevelPage {
    /// The period that is shown, in hours.
    enum Window: Int, CaseIterable, Sendable {
        case hour = 1
        case day = 24
        case week = 168

        init(query: String?) { self = query.flatMap { Int($0) }.flatMap(Window.init) ?? .day }

        func name(_ text: ServiceLevelText) -> String {
            switch self {
            case .hour: text.hour
            case .day: text.day
            case .week: text.week
            }
        }
    }

    let language: StartPageText.Language
    let window: Window
    /// Nil: nobody answered.
    let figures: ServiceLevelFigures?

    var isAnswered: Bool { figures != nil }
    private var text: ServiceLevelText { language.levels }

    var html: String {
        HTMLPage.document(
            language, title: "\(text.title) · Patchbay", style: ServiceLevelStyle.css,
            main: header + (figures.map(body) ?? notice(text.away, text.awayHint, role: "alert")),
            query: "hours=\(window.rawValue)&amp;")
    }

    private var header: String {
        let links = Window.allCases.map { choice in
            let current = choice == window ? " aria-current=\"page\"" : ""
            return
                "<a href=\"?hours=\(choice.rawValue)&amp;lang=\(language.rawValue)\"\(current)>\(choice.name(text))</a>"
        }
        return """
            <header><p><a href="/?lang=\(language.rawValue)">\(text.home)</a></p>
            <h1>\(text.title)</h1><p>\(text.lead)</p>
            <nav aria-label="\(text.window)">\(links.joined(separator: "\n"))</nav>
            \(period)</header>

            """
    }

    private var period: String {
        guard let until = figures?.until else { return "" }
        return "<p>\(window.name(text)) \(text.until) \(HTMLPage.escaped(Self.minute(until)))</p>"
    }

    private func body(_ figures: ServiceLevelFigures) -> String {
        guard figures.total.interactions > 0 else { return notice(text.empty, text.emptyHint, role: "status") }
        var html = figures.isComplete ? "" : "<p class=\"note\" role=\"status\">\(text.partial)</p>\n"
        html += cards(figures.total)
        html += "<p class=\"note\">\(text.legend)</p>\n"
        html += table(text.queues, figures.queues) { $0.isEmpty ? text.noQueue : $0 }
        html += table(text.agents, figures.agents) { $0 }
        html += table(text.channels, figures.channels, channelName)
        let meanings = text.times.map { "<dt>\($0.name)</dt><dd>\($0.meaning)</dd>\n" }.joined()
        return html + "<section><h2>\(text.meanings)</h2><dl class=\"meanings\">\n\(meanings)</dl></section>"
    }

    private func notice(_ title: String, _ hint: String, role: String) -> String {
        "<section class=\"empty\" role=\"\(role)\"><h2>\(title)</h2><p>\(hint)</p></section>"
    }

    /// The totals, large.
    private func cards(_ total: ServiceLevelFigures.Row) -> String {
        let lost = total.abandoned * 100 / max(1, total.interactions)
        var cards = [
            (text.interactions, "\(total.interactions)", ""), (text.abandoned, "\(total.abandoned)", "\(lost) %"),
        ]
        for (column, times) in zip(text.times, total.times) {
            let most = "\(text.most): \(Self.span(times.most))"
            cards.append((column.name, times.count == 0 ? "–" : Self.span(times.median), times.count == 0 ? "" : most))
        }
        let items = cards.map { name, value, more in
            "<div><dt>\(name)</dt><dd><strong>\(value)</strong> <span>\(more)</span></dd></div>\n"
        }
        return "<dl class=\"cards\">\n\(items.joined())</dl>\n"
    }

    private func table(
        _ title: String, _ rows: [ServiceLevelFigures.Row], _ name: (String) -> String
    ) -> String {
        guard !rows.isEmpty else { return "" }
        // One scale a column, so that rows can be compared by eye.
        let scales = text.times.indices.map { column in max(1, rows.map { $0.times[column].most }.max() ?? 1) }
        let heads = [text.interactions] + text.times.map(\.name)
        var html = "<section><h2>\(title)</h2>\n<table role=\"table\"><caption class=\"unseen\">\(title)</caption>\n"
        html += "<thead role=\"rowgroup\"><tr role=\"row\"><td role=\"cell\"></td>"
        html += heads.map { "<th role=\"columnheader\" scope=\"col\">\($0)</th>" }.joined()
        html += "</tr></thead>\n<tbody role=\"rowgroup\">\n"
        for row in rows {
            let shown = row.name == "other" ? text.other : name(row.name)
            html += "<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">\(HTMLPage.escaped(shown))</th>"
            html += "<td role=\"cell\" data-name=\"\(text.interactions)\">\(row.interactions)"
            if row.abandoned > 0 { html += " <small>\(text.abandoned.lowercased()): \(row.abandoned)</small>" }
            html += "</td>"
            for (column, times) in row.times.enumerated() {
                html += cell(times, scale: scales[column], name: text.times[column].name)
            }
            html += "</tr>\n"
        }
        return html + "</tbody></table></section>\n"
    }

    private func cell(_ times: ServiceLevelFigures.Times, scale: UInt64, name: String) -> String {
        let head = "<td role=\"cell\" data-name=\"\(name)\">"
        guard times.count > 0 else { return head + "–</td>" }
        let values = "\(Self.span(times.median)) <small>\(text.most): \(Self.span(times.most))</small>"
        return head + values + Self.bar(times, scale: scale) + "</td>"
    }

    /// Two bars over one another: what most took, and half.
    private static func bar(_ times: ServiceLevelFigures.Times, scale: UInt64) -> String {
        func width(_ value: UInt64) -> String {
            // Never nothing: a time of no length is still one.
            let tenths = max(8, min(value, scale) * 1_000 / scale)
            return "\(tenths / 10).\(tenths % 10)"
        }
        return """
            <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">\
            <rect class="most" width="\(width(times.most))" height="6"/>\
            <rect class="half" width="\(width(times.median))" height="6"/></svg>
            """
    }

    private func channelName(_ name: String) -> String {
        switch name {
        case "": text.noChannel
        case "voice": text.voice
        case "web", "chat": text.web
        case "sms": "SMS"
        case "whatsapp": "WhatsApp"
        default: name
        }
    }

    /// A length of time with the two units that matter; they are written alike in both languages.
    static func span(_ milliseconds: UInt64) -> String {
        let seconds = (milliseconds + 500) / 1_000
        switch milliseconds {
        case ..<1_000: return "\(milliseconds) ms"
        case ..<59_500: return "\(seconds) s"
        case ..<3_599_500: return "\(seconds / 60) min \(seconds % 60) s"
        default: return "\((seconds + 30) / 3_600) h \((seconds + 30) % 3_600 / 60) min"
        }
    }

    /// `2026-11-24 11:54 UTC` of an RFC 3339 time.
    static func minute(_ time: String) -> String {
        guard time.utf8.count >= 16, time.hasSuffix("Z") else { return time }
        return time.prefix(10) + " " + time.dropFirst(11).prefix(5) + " UTC"
    }
}
