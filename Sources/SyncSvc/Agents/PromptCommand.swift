/// What an agent may answer to the question whether a chat or call is taken.
enum PromptCommand: Hashable, Sendable {
    case accept, decline

    /// Longest text that can be a command, in UTF-8 bytes with what surrounds it.
    static let maxBytes = 32

    private static let words: [String: PromptCommand] = [
        "1": .accept, "yes": .accept, "y": .accept, "si": .accept, "sí": .accept, "s": .accept, "accept": .accept,
        "aceptar": .accept,
        "2": .decline, "no": .decline, "n": .decline, "decline": .decline, "rechazar": .decline,
    ]

    /// Reads a message's text; nil when it is anything but a command.
    ///
    /// Spaces and line breaks around it and a full stop behind it do not count, nor does the case.
    init?(_ text: String) {
        guard text.utf8.count <= Self.maxBytes else { return nil }
        var word = Substring(text)
        while let first = word.first, first.isWhitespace { word.removeFirst() }
        while let last = word.last, last.isWhitespace || last == "." || last == "!" { word.removeLast() }
        guard let command = Self.words[word.lowercased()] else { return nil }
        self = command
    }
}
