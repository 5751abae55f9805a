import Events

/// What a flow says about a case, in the words of the sample (DY-9), as a draft.
enum StudioCase {
    /// Bytes of one value.
    static let maxValue = 4_000
    /// Columns beside the sample's own.
    static let maxColumns = 32
    /// The sample's own names that are no columns, and what it or the provider adds to every request.
    private static let taken: Set<String> = [
        "contactid", "contact", "title", "description", "product", "productname", "subject", "callsid", "executionsid",
        "flowsid", "accountsid", "idempotencykey",
    ]
    /// Columns that the sample always takes.
    static let columns = ["caseorigincode", "casetypecode"]

    /// Reads a flow's parameters.
    ///
    /// - Parameter values: Texts by name. Title, description, product and subject may be encoded once more, as the sample has them.
    /// - Returns: The draft.
    /// - Throws: ``CRMError/refused(field:)`` naming what is wrong.
    static func draft(_ values: JSONObject) throws(CRMError) -> CaseDraft {
        func text(_ names: String...) throws(CRMError) -> String? {
            for name in names {
                guard let value = values[name]?.string else { continue }
                guard value.utf8.count <= maxValue else { throw .refused(field: name) }
                let decoded = printable(decoded(value))
                if !decoded.isEmpty { return decoded }
            }
            return nil
        }
        var draft = CaseDraft(title: try text("title") ?? "")
        guard (1...200).contains(draft.title.utf16.count) else { throw .refused(field: "title") }
        draft.contact = try text("contactid", "contactId", "contact")
        guard let contact = draft.contact, (1...128).contains(contact.utf8.count) else {
            throw .refused(field: "contactid")
        }
        draft.description = try text("description")
        draft.product = try text("productName", "product")
        // A name that has to be found is not made another one.
        for name in ["productName", "product"]
        where values[name]?.string.map({ printable(decoded($0)) != decoded($0) }) == true {
            throw .refused(field: name)
        }
        draft.subject = try text("subject")
        for (name, value) in values.members.map({ ($0.name, $0.value) }) where !taken.contains(name.lowercased()) {
            guard draft.columns.members.count < maxColumns, name.utf8.count <= 100, ODataText.isColumn(name) else {
                throw .refused(field: isName(name) ? name : nil)
            }
            switch value {
            case .string(let text):
                guard text.utf8.count <= maxValue else { throw .refused(field: name) }
                if !text.isEmpty { draft.columns[name] = value }
            case .number, .bool: draft.columns[name] = value
            case .null: break
            default: throw .refused(field: name)
            }
        }
        return draft
    }

    /// Whether a parameter's name can be told back.
    private static func isName(_ name: String) -> Bool {
        name.utf8.count <= 100 && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Without control characters but tabs and ends of lines: Dataverse refuses them.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter {
                    $0.value >= 0x20 && $0.value != 0x7F || $0 == "\t" || $0 == "\n" || $0 == "\r"
                }))
    }

    /// A text that was percent-encoded by a flow, in which `%20` and `+` are spaces.
    ///
    /// One that is not encoded stays as it is.
    static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        let isEncoded = text.utf8.contains(UInt8(ascii: "%")) || !text.utf8.contains(UInt8(ascii: " "))
        guard isEncoded else { return text }
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self) ?? text
    }
}
