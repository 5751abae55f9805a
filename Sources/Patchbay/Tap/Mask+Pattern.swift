extension Mask {
    /// Finds in texts what must be hidden, and what must not although it has many digits.
    enum Pattern {
        /// Digits from which a number is taken for a telephone number.
        ///
        /// There is no upper limit: two numbers in a row, or the number of a card, are no less personal.
        private static let phoneDigits = 7

        /// Whether the whole text is a SID (`WT` and 32 hexadecimal digits) or a UUID, alone or with a word behind it.
        ///
        /// Event ids are like that: a SID, a colon, a status.
        static func isIdentifier(_ text: String) -> Bool {
            let parts = text.utf8.split { [UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: ".")].contains($0) }
            guard let first = parts.first, isSID(first) || isUUID(first) else { return false }
            return parts.dropFirst().allSatisfy { isSID($0) || isUUID($0) || $0.count <= 6 || $0.allSatisfy(isLetter) }
        }

        /// Whether the text is a date with time, as RFC 3339 and RFC 2822 write it.
        static func isTime(_ text: String) -> Bool {
            let bytes = Array(text.utf8)
            guard bytes.count >= 10, bytes.count <= 40 else { return false }
            let isISO =
                bytes[4] == UInt8(ascii: "-") && bytes[7] == UInt8(ascii: "-") && bytes[..<4].allSatisfy(isDigit)
            let isMail = bytes[3] == UInt8(ascii: ",") && text.contains(":")
            return isISO || isMail
        }

        static func hasPhoneOrEmail(_ text: String) -> Bool {
            hidingPhonesAndEmails(in: text) != text
        }

        /// The text with every number and address in it shortened.
        static func hidingPhonesAndEmails(in text: String) -> String {
            guard text.utf8.contains(where: { isDigit($0) || $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "_") })
            else {
                return text
            }
            return hidingPhones(in: hidingEmails(in: text))
        }

        private static func hidingEmails(in text: String) -> String {
            var result = ""
            var rest = text[...]
            while !rest.isEmpty {
                let word = rest.prefix { !isEdge($0) }
                result += isEmail(word) ? hiddenEmail(word) : String(word)
                rest = rest[word.endIndex...]
                let edge = rest.prefix(while: isEdge)
                result += edge
                rest = rest[edge.endIndex...]
            }
            return result
        }

        private static func isEdge(_ character: Character) -> Bool {
            character.isWhitespace || "<>()[]\"',;=&?".contains(character)
        }

        private static func isEmail(_ word: Substring) -> Bool {
            guard let at = word.firstIndex(of: "@") else {
                // Identities escape every byte that is no letter or digit: @ is _40 and . is _2E.
                return word.contains("_40") && word.contains("_2E")
            }
            return at != word.startIndex && word[at...].dropFirst().contains(".")
        }

        private static func hiddenEmail(_ word: Substring) -> String {
            let channel = word.lastIndex(of: ":").map { word[...$0] } ?? ""
            return "\(channel)\(word.dropFirst(channel.count).prefix(1))…@…"
        }

        private static func hidingPhones(in text: String) -> String {
            var result = ""
            var rest = text[...]
            while let start = rest.firstIndex(where: { $0 == "+" || ($0.isASCII && $0.isNumber) }) {
                let isBehindWord = (rest[..<start].last ?? result.last).map { $0.isLetter || $0 == "_" } ?? false
                result += rest[..<start]
                var run = rest[start...].prefix { ($0.isASCII && $0.isNumber) || " +-().".contains($0) }
                while let last = run.last, !last.isNumber, run.count > 1 { run.removeLast() }
                let isBeforeWord = rest[run.endIndex...].first?.isLetter ?? false
                let digits = run.count { $0.isNumber }
                result += digits >= phoneDigits && !isBehindWord && !isBeforeWord ? hiddenPhone(run) : String(run)
                rest = rest[run.endIndex...]
            }
            return result + rest
        }

        /// `+34 600 123 489` becomes `+34…89`.
        private static func hiddenPhone(_ run: Substring) -> String {
            let kept = run.filter { $0.isNumber || $0 == "+" }
            return "\(kept.prefix(3))…\(kept.suffix(2))"
        }

        private static func isSID(_ bytes: some Collection<UInt8>) -> Bool {
            bytes.count == 34 && bytes.prefix(2).allSatisfy(isLetter) && bytes.dropFirst(2).allSatisfy(isHex)
        }

        private static func isUUID(_ bytes: some Collection<UInt8>) -> Bool {
            bytes.count == 36 && bytes.allSatisfy { isHex($0) || $0 == UInt8(ascii: "-") }
        }

        private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

        private static func isLetter(_ byte: UInt8) -> Bool {
            byte | 32 >= UInt8(ascii: "a") && byte | 32 <= UInt8(ascii: "z")
        }

        private static func isHex(_ byte: UInt8) -> Bool {
            isDigit(byte) || (byte | 32 >= UInt8(ascii: "a") && byte | 32 <= UInt8(ascii: "f"))
        }
    }
}
