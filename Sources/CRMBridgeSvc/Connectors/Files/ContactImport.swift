import Events
import Phone

/// What a file of contacts would make of the built-in CRM.
///
/// A row with an id of its own updates that contact; one without gets an id from its name, first number and first
/// address, so that importing a file again changes nothing. Rows that are refused do not stop the others.
struct ContactImport: Sendable {
    static let maxRows = 20_000
    /// Refused rows that are named in the report.
    static let maxNamed = 100

    /// One row of a file.
    struct Row: Hashable, Sendable {
        /// Where it is: a line's number, or which card.
        var number: Int
        var id: String?
        var name: String
        var phones: [String] = []
        var emails: [String] = []
        var detail: String?
    }

    /// What became of the rows.
    struct Counts: Hashable, Sendable {
        var created = 0
        var updated = 0
        var unchanged = 0
    }

    private(set) var contacts: [Contact] = []
    private(set) var refused: [(row: Int, field: String)] = []
    /// Rows whose contact a later row of the same file has again.
    private(set) var repeated = 0

    init(_ rows: [Row], region: Region?) {
        var places: [String: Int] = [:]
        for row in rows {
            do throws(CRMError) {
                let draft = try ContactDraft(name: row.name, phones: row.phones, emails: row.emails, detail: row.detail)
                let contact = Contact(draft, id: Self.id(row, draft, region), region: region)
                if let place = places[contact.id] {
                    contacts[place] = contact
                    repeated += 1
                } else {
                    places[contact.id] = contacts.count
                    contacts.append(contact)
                }
            } catch {
                var field = ""
                if case .refused(let name?) = error { field = name }
                refused.append((row.number, field))
            }
        }
    }

    private static func id(_ row: Row, _ draft: ContactDraft, _ region: Region?) -> String {
        if let id = row.id, !id.isEmpty { return ContactKeys.isID(id) ? id : RecordID.short("ct", "file", id) }
        let phone = draft.phones.first.map { PhoneDigits.number($0, region: region)?.e164 ?? $0 }
        return RecordID.short("ct", "row", draft.name.lowercased(), phone ?? "", draft.emails.first?.lowercased() ?? "")
    }

    /// `{counts{created, updated, unchanged, repeated, refused}, dryRun, rows[{row, field}]}`.
    func report(_ counts: Counts, isDryRun: Bool) -> JSONObject {
        let numbers = [
            ("created", counts.created), ("updated", counts.updated), ("unchanged", counts.unchanged),
            ("repeated", repeated), ("refused", refused.count),
        ]
        let rows = refused.prefix(Self.maxNamed).map { row -> JSONValue in
            ["row": .number(JSONNumber(row.row)), "field": .string(row.field)]
        }
        return JSONObject([
            ("counts", .object(JSONObject(numbers.map { ($0.0, .number(JSONNumber($0.1))) }))),
            ("dryRun", .bool(isDryRun)), ("rows", .array(rows)),
        ])
    }
}

/// Why a file cannot be read at all.
struct ImportFailure: Error, Hashable, Sendable {
    /// `csv_encoding`, `csv_header`, `csv_quotes`, `import_rows`, `vcard_form`.
    let code: String
    let detail: String

    init(_ code: String, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}
