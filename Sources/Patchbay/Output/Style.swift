/// Colours of the terminal, by what they mean here.
struct Style: Equatable, Sendable {
    /// Whether escape sequences are written at all: only to a terminal, and not when `NO_COLOR` is set.
    let isColoured: Bool

    enum Ink: String, Sendable {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
        case magenta = "35"
        case cyan = "36"
        case brightBlue = "94"
        case dim = "2"
        case bold = "1"
    }

    func paint(_ text: String, _ ink: Ink?) -> String {
        guard isColoured, let ink, !text.isEmpty else { return text }
        return "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m"
    }

    /// The colour of a topic, the same for its whole family.
    static func ink(topic: String) -> Ink {
        switch topic.prefix(while: { $0 != "." }) {
        case "task": .green
        case "worker": .cyan
        case "conversation", "participant", "message", "delivery": .blue
        case "call", "dial": .magenta
        case "sync", "agent": .brightBlue
        case "extensions", "screen", "interaction", "activity", "case": .yellow
        case "sys": .dim
        default: .bold
        }
    }

    /// The colour of the n-th process of `patchbay up`.
    static func ink(process index: Int) -> Ink {
        let inks: [Ink] = [.cyan, .magenta, .green, .yellow, .blue, .brightBlue]
        return inks[index % inks.count]
    }
}
