import SwiftCSV

/// Reads contacts from CSV: a header with `name` and any of `id`, `phone`, `phone2`…, `email`, `email2`…, `detail`.
///
/// UTF-8 with or without a byte-order mark; commas, semicolons or tabs; quoted cells. The usual titles of exports and
/// their Spanish ones are known (`telefono`, `mobile`, `company`, …); columns that mean nothing to us are left out.
enum ContactCSV {
    static let maxColumns = 64

    private enum Column: Hashable { case id, name, given, family, phone, email, detail }

    private static let titles: [String: Column] = [
        "id": .id, "uid": .id, "externalid": .id, "name": .name, "fullname": .name, "nombre": .name,
        "nombrecompleto": .name, "displayname": .name, "firstname": .given, "givenname": .given, "lastname": .family,
        "familyname": .family, "surname": .family, "apellidos": .family, "apellido": .family, "phone": .phone,
        "phonenumber": .phone, "telephone": .phone, "telefono": .phone, "tel": .phone, "mobile": .phone,
        "mobilephone": .phone, "movil": .phone, "cell": .phone, "businessphone": .phone, "homephone": .phone,
        "workphone": .phone, "email": .email, "emailaddress": .email, "mail": .email, "correo": .email,
        "correoelectronico": .email, "detail": .detail, "company": .detail, "companyname": .detail, "empresa": .detail,
        "organization": .detail, "city": .detail,
    ]

    static func rows(_ bytes: [UInt8]) throws(ImportFailure) -> [ContactImport.Row] {
        guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains("\0") else {
            throw ImportFailure("csv_encoding", "The file is not UTF-8. Save it as 'CSV UTF-8'.")
        }
        let delimiter = try shape(bytes)
        do {
            let csv = try CSV<Enumerated>(string: text, delimiter: delimiter, loadColumns: false)
            return try rows(csv.header, csv.rows)
        } catch let failure as ImportFailure {
            throw failure
        } catch {
            throw ImportFailure("csv_quotes", "The file cannot be read: a quote is not where it may be.")
        }
    }

    private static func rows(_ header: [String], _ rows: [[String]]) throws(ImportFailure) -> [ContactImport.Row] {
        let columns = header.map(column)
        guard columns.contains(.name) || columns.contains(.given) || columns.contains(.family) else {
            throw ImportFailure("csv_header", "The first row must name the columns; 'name' is not among them.")
        }
        guard rows.count <= ContactImport.maxRows else {
            throw ImportFailure("import_rows", "At most \(ContactImport.maxRows) rows are taken at once.")
        }
        return rows.enumerated().compactMap { index, cells in
            guard cells.contains(where: { !$0.isEmpty }) else { return nil }
            var row = ContactImport.Row(number: index + 2, name: "")
            var (given, family) = ("", "")
            for (column, cell) in zip(columns, cells) where !cell.isEmpty {
                switch column {
                case .id?: row.id = cell
                case .name?: row.name = cell
                case .given?: given = cell
                case .family?: family = cell
                case .phone?: row.phones.append(cell)
                case .email?: row.emails.append(cell)
                case .detail?: row.detail = row.detail ?? cell
                case nil: break
                }
            }
            if row.name.isEmpty { row.name = [given, family].filter { !$0.isEmpty }.joined(separator: " ") }
            return row
        }
    }

    /// What a title means: letters only, accents and a number at the end do not matter.
    private static func column(_ title: String) -> Column? {
        let folded = NameWords.of(title.replacing(" ", with: "").replacing("_", with: "").replacing("-", with: ""))
            .joined()
        return titles[String(folded.drop { !$0.isLetter }.prefix { $0.isLetter })]
    }

    /// The delimiter, and that neither rows nor cells are endless.
    private static func shape(_ bytes: [UInt8]) throws(ImportFailure) -> CSVDelimiter {
        var isQuoted = false
        var counts: [UInt8: Int] = [:]
        var (cells, lines) = (0, 0)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "\n") where !isQuoted:
                lines += 1
                cells = 0
            case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"):
                guard !isQuoted else { continue }
                if lines == 0 { counts[byte, default: 0] += 1 }
                cells += 1
            default: break
            }
            guard cells <= maxColumns * 4, lines <= ContactImport.maxRows + 1 else {
                throw ImportFailure(
                    "import_rows", "The file has more than \(ContactImport.maxRows) rows or \(maxColumns) columns.")
            }
        }
        guard !isQuoted else { throw ImportFailure("csv_quotes", "A quoted cell has no end.") }
        let best = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
        return best == UInt8(ascii: ";") ? .semicolon : best == UInt8(ascii: "\t") ? .tab : .comma
    }
}
