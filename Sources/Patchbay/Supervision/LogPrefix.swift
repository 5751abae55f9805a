/// Puts the lines of several processes into one stream: the name in front, level in colour.
struct LogPrefix: Sendable {
    let style: Style
    let columns: Int

    /// A prefix for these processes: `names` are all that will appear, for the width of the first column.
    init(names: [String], style: Style) {
        self.style = style
        columns = names.map(DisplayText.width).max() ?? 0
    }

    /// `gateway │ 2026-01-31T10:00:00.000Z info    gateway: Ready`, in colours.
    func line(_ text: String, from name: String, index: Int) -> String {
        let head = style.paint(DisplayText.pad(name, to: columns) + " │", Style.ink(process: index))
        return "\(head) \(painted(DisplayText.harmless(text)))"
    }

    /// Paints the level, the second word of a line as our processes log it.
    private func painted(_ text: String) -> String {
        guard style.isColoured else { return text }
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, let ink = ink(level: words[1]) else { return text }
        return "\(style.paint(String(words[0]), .dim)) \(style.paint(String(words[1]), ink)) \(words[2])"
    }

    private func ink(level: Substring) -> Style.Ink? {
        switch level {
        case "trace", "debug": .dim
        case "info": .green
        case "notice": .cyan
        case "warning": .yellow
        case "error", "critical": .red
        default: nil
        }
    }
}
