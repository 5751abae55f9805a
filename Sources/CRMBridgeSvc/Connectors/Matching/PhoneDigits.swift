import Phone

/// Numbers as they are compared.
enum PhoneDigits {
    /// Reads a number that exists by its plan; nil for anything else.
    static func number(_ text: String, region: Region?) -> PhoneNumber? {
        var text = text[...]
        for scheme in ["whatsapp:", "sms:", "tel:", "sip:"] where text.hasPrefix(scheme) {
            text = text.dropFirst(scheme.count)
        }
        if let at = text.firstIndex(of: "@") { text = text[..<at] }
        guard let number = try? PhoneNumber(String(text), defaultRegion: region), number.isPossible else { return nil }
        return number
    }

    /// The digits of a text.
    static func digits(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { ("0"..."9").contains($0) }))
    }

    /// The last digits that are compared; nil when there are fewer.
    static func suffix(of text: String) -> String? {
        let digits = digits(text)
        return digits.utf8.count >= WantedContact.suffixDigits
            ? String(digits.suffix(WantedContact.suffixDigits)) : nil
    }

    /// Whether the text brings its own country code.
    static func isInternational(_ text: String) -> Bool {
        text.contains { $0 == "+" || $0 == "\u{FF0B}" } || digits(text).hasPrefix("00")
    }
}
