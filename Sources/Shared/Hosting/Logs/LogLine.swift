import Logging

/// One log line before it becomes bytes.
struct LogLine {
    let time: Timestamp
    let level: Logger.Level
    let service: String
    let message: String
    let metadata: [(key: String, value: String)]

    func bytes(format: CommonSettings.LogFormat, isColoured: Bool) -> [UInt8] {
        switch format {
        case .json: Array(json.utf8)
        case .text: Array(text(isColoured: isColoured).utf8)
        }
    }

    private var json: String {
        var line = "{\"time\":\"\(time)\",\"level\":\"\(level.rawValue)\",\"service\":\(JSONText.quoted(service))"
        line += ",\"message\":\(JSONText.quoted(message))"
        if !metadata.isEmpty {
            let fields = metadata.map { "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))" }
            line += ",\"fields\":{\(fields.joined(separator: ","))}"
        }
        return line + "}"
    }

    private func text(isColoured: Bool) -> String {
        let word = level.rawValue + String(repeating: " ", count: max(0, 8 - level.rawValue.utf8.count))
        let tint = isColoured ? colour : nil
        var line = "\(time) \(tint.map { "\u{1B}[\($0)m\(word)\u{1B}[0m" } ?? word) \(service): "
        line += Self.oneLine(message)
        for (key, value) in metadata {
            let isPlain = !value.isEmpty && value.unicodeScalars.allSatisfy { $0.value > 32 && $0 != "\"" && $0 != "=" }
            line += " \(key)=\(isPlain ? value : JSONText.quoted(value))"
        }
        return line
    }

    private var colour: String {
        switch level {
        case .trace, .debug: "2"
        case .info: "32"
        case .notice: "36"
        case .warning: "33"
        case .error, .critical: "31;1"
        }
    }

    /// Keeps what came from outside from starting a line of its own or steering the terminal.
    private static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
    }
}
