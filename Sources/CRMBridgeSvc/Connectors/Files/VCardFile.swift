/// Reads contacts from vCard 2.1, 3.0 and 4.0: `UID`, `FN` or `N`, `TEL`, `EMAIL`, `ORG`.
///
/// Folded lines, groups (`item1.TEL`), parameters with quoted values, escapes and quoted-printable values are
/// understood; everything else in a card is left out. Values are UTF-8.
enum VCardFile {
    static let maxLine = 65_536

    static func rows(_ bytes: [UInt8]) throws(ImportFailure) -> [ContactImport.Row] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ImportFailure("vcard_form", "The file is not UTF-8.")
        }
        var rows: [ContactImport.Row] = []
        var card: [Property]?
        for line in unfolded(text) {
            guard line.utf8.count <= maxLine, let property = Property(line) else { continue }
            switch (property.name, property.value.uppercased()) {
            case ("BEGIN", "VCARD"): card = []
            case ("END", "VCARD"):
                guard let properties = card else { continue }
                rows.append(row(properties, number: rows.count + 1))
                card = nil
            default: card?.append(property)
            }
            guard rows.count <= ContactImport.maxRows else {
                throw ImportFailure("import_rows", "At most \(ContactImport.maxRows) cards are taken at once.")
            }
        }
        guard card == nil, !rows.isEmpty else {
            throw ImportFailure(
                "vcard_form", card == nil ? "There is no card in the file." : "The last card has no end.")
        }
        return rows
    }

    private static func row(_ properties: [Property], number: Int) -> ContactImport.Row {
        func texts(_ name: String) -> [String] {
            properties.filter { $0.name == name }.map { unescaped($0.value) }.filter { !$0.isEmpty }
        }
        var row = ContactImport.Row(number: number, id: texts("UID").first, name: texts("FN").first ?? "")
        if row.name.isEmpty, let name = properties.first(where: { $0.name == "N" }) {
            let parts = components(name.value)
            row.name = [1, 2, 0].compactMap { parts.indices.contains($0) ? parts[$0] : nil }
                .filter { !$0.isEmpty }.joined(separator: " ")
        }
        row.phones = Array(
            texts("TEL").map { $0.hasPrefix("tel:") ? String($0.dropFirst(4)) : $0 }.prefix(ContactDraft.maxValues))
        row.emails = Array(texts("EMAIL").prefix(ContactDraft.maxValues))
        row.detail = properties.first { $0.name == "ORG" }.flatMap { components($0.value).first { !$0.isEmpty } }
        return row
    }

    /// A line: name and value; groups and parameters but the encoding are left out.
    private struct Property {
        let name: String
        let value: String

        init?(_ line: String) {
            var isQuoted = false
            let colon = line.firstIndex { character in
                if character == "\"" { isQuoted.toggle() }
                return character == ":" && !isQuoted
            }
            guard let colon else { return nil }
            let head = line[..<colon].uppercased().split(separator: ";")
            guard let full = head.first, let name = full.split(separator: ".").last else { return nil }
            self.name = String(name)
            let value = String(line[line.index(after: colon)...])
            let isPrintable = head.contains { $0 == "QUOTED-PRINTABLE" || $0 == "ENCODING=QUOTED-PRINTABLE" }
            self.value = isPrintable ? VCardFile.quotedPrintable(value) : value
        }
    }

    /// Lines, joined where the next begins with a space, or a quoted-printable one ends with `=`.
    private static func unfolded(_ text: String) -> [String] {
        var lines: [String] = []
        for part in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if let first = part.first, first == " " || first == "\t", let last = lines.indices.last {
                lines[last] += part.dropFirst()
            } else if let last = lines.indices.last, lines[last].hasSuffix("="),
                lines[last].uppercased().contains("QUOTED-PRINTABLE")
            {
                lines[last].removeLast()
                lines[last] += part
            } else {
                lines.append(String(part))
            }
        }
        return lines
    }

    /// Values of a structured property; an escaped semicolon separates nothing.
    private static func components(_ value: String) -> [String] {
        var parts = [""]
        var isEscaped = false
        for character in value {
            if character == ";", !isEscaped {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
            isEscaped = character == "\\" && !isEscaped
        }
        return parts.map(unescaped)
    }

    private static func unescaped(_ value: String) -> String {
        var text = ""
        var isEscaped = false
        for character in value {
            if isEscaped {
                text.append(character == "n" || character == "N" ? " " : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                text.append(character)
            }
        }
        return text
    }

    private static func quotedPrintable(_ value: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(value.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "="), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
