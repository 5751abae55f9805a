/// How a handler program of `patchbay consume` ended, and what that means for the event.
enum HandlerOutcome: Equatable, Sendable {
    case exited(code: Int32)
    case signalled(Int32)
    /// It was still running shortly before `ack_wait` ended and was killed.
    case overran(after: Duration)
    /// It could not be started.
    case notStarted(problem: String)

    enum Decision: Equatable, Sendable {
        case ack
        case nak(reason: String)
        case term(reason: String)
    }

    /// EX_DATAERR of sysexits.h: the event is at fault, another try cannot help.
    static let dataError: Int32 = 65
    /// Longest reason, in bytes: it is kept with the dead letter.
    static let reasonBytes = 1_000

    /// What the outcome means for the event.
    ///
    /// - Parameter stderrTail: The last lines that the program wrote to standard error.
    /// - Returns: How to settle it, with a reason for people.
    func decision(stderrTail: String) -> Decision {
        switch self {
        case .exited(code: 0): .ack
        case .exited(code: Self.dataError): .term(reason: reason(stderrTail))
        default: .nak(reason: reason(stderrTail))
        }
    }

    private func reason(_ tail: String) -> String {
        let said = tail.split(whereSeparator: \.isNewline).joined(separator: " | ")
        let text = said.isEmpty ? "\(self)" : "\(self): \(said)"
        return Self.suffix(of: text, bytes: Self.reasonBytes)
    }

    /// The end of a text in at most `bytes` bytes, cut between characters.
    static func suffix(of text: String, bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var tail = text.suffix(bytes)
        while tail.utf8.count > bytes - 3 { tail.removeFirst() }
        return "…" + tail
    }
}

extension HandlerOutcome: CustomStringConvertible {
    var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let signal): "killed by signal \(signal)"
        case .overran(let after): "still running after \(after), killed"
        case .notStarted(let problem): "not started: \(problem)"
        }
    }
}
