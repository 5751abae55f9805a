import Directory
import Events
import SwiftCSV

/// Reads and writes the directory as CSV.
///
/// Reading takes a byte-order mark, any line ends, commas, semicolons or tabs, and quoted cells. Columns may come in any
/// order; of records that are there, columns that a file does not have stay as they are.
enum CSVFile {
    /// Cells of one row at most.
    static let maxColumns = 64
    static let mediaType = "text/csv; charset=utf-8"

    /// Reads a file.
    ///
    /// - Parameter bytes: The file, in UTF-8.
    /// - Returns: Its rows; what is wrong with one is said in it.
    /// - Throws: ``ImportFailure`` when it is no such file.
    static func rows(_ bytes: [UInt8]) throws(ImportFailure) -> [ImportRow] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ImportFailure("csv_encoding", "The file is not UTF-8. Save it as 'CSV UTF-8'.")
        }
        guard !text.unicodeScalars.contains("\0") else {
            throw ImportFailure("csv_encoding", "The file has zero bytes: it is no CSV in UTF-8.")
        }
        let shape = try Shape(bytes)
        let csv: CSV<HeaderOnly>
        do {
            csv = try CSV<HeaderOnly>(string: text, delimiter: shape.delimiter, loadColumns: false)
        } catch {
            throw ImportFailure("csv_header", "The header cannot be read: a quote is not where it may be.")
        }
        let columns = try columns(csv.header)
        return try rows(csv, columns)
    }

    private static func columns(_ header: [String]) throws(ImportFailure) -> [FileColumn?] {
        var columns: [FileColumn?] = []
        for title in header {
            switch FileColumn.meaning(of: title) {
            case .column(let column):
                guard !columns.contains(column) else {
                    throw ImportFailure("csv_header", "The column \(column.rawValue) is there twice.")
                }
                columns.append(column)
            case .nothing: columns.append(nil)
            case .unknown:
                throw ImportFailure(
                    "csv_header",
                    "A column is none of \(FileColumn.allCases.map(\.rawValue).joined(separator: ", ")): "
                        + title.cut(toBytes: 40))
            }
        }
        guard columns.contains(.extension) else {
            throw ImportFailure("csv_header", "The first row must name the columns; 'extension' is not among them.")
        }
        return columns
    }

    private static func rows(
        _ csv: CSV<HeaderOnly>, _ columns: [FileColumn?]
    ) throws(ImportFailure) -> [ImportRow] {
        var rows: [ImportRow] = []
        var number = 1
        do {
            // The reader knows more line ends than were counted before.
            try csv.enumerateAsArray(startAt: 1, rowLimit: ImportPlan.maxRows + 1) { cells in
                number += 1
                // An empty line says nothing.
                guard cells != [""] else { return }
                rows.append(row(number, cells, columns))
            }
        } catch {
            throw ImportFailure("csv_quotes", "Row \(number + 1) has a quote where none may be.")
        }
        guard rows.count <= ImportPlan.maxRows else {
            throw ImportFailure("import_rows", "At most \(ImportPlan.maxRows) rows are taken at once.")
        }
        return rows
    }

    private static func row(_ number: Int, _ cells: [String], _ columns: [FileColumn?]) -> ImportRow {
        // A trailing delimiter makes an empty cell more; an empty last cell is not told by the reader.
        let surplus = cells.dropFirst(columns.count).contains { !$0.isEmpty }
        guard !surplus, cells.count + 1 >= columns.count else {
            let detail = "The row has \(cells.count) cells, the header \(columns.count)."
            return ImportRow(row: number, members: JSONObject(), problems: [FieldProblem("", "row_cells", detail)])
        }
        var values: [FileColumn: String] = [:]
        for (index, column) in columns.enumerated() {
            guard let column else { continue }
            values[column] = index < cells.count ? CellText.unguarded(cells[index]).trimmed : ""
        }
        return ImportRow(row: number, members: members(values))
    }

    /// The members of a record that the cells say something about.
    private static func members(_ cells: [FileColumn: String]) -> JSONObject {
        func text(_ column: FileColumn) -> String { cells[column] ?? "" }
        var members = JSONObject([("extension", .string(text(.extension)))])
        let targets: [FileColumn] = [.type, .workerSid, .queue, .number]
        if targets.contains(where: { cells[$0] != nil }) {
            members["target"] = target(
                type: text(.type), worker: text(.workerSid), name: text(.workerName), queue: text(.queue),
                number: text(.number))
        }
        let fallbacks: [FileColumn] = [.fallbackType, .fallbackWorkerSid, .fallbackQueue, .fallbackNumber]
        if fallbacks.contains(where: { cells[$0] != nil }) {
            members["fallback"] = target(
                type: text(.fallbackType), worker: text(.fallbackWorkerSid), name: text(.fallbackWorkerName),
                queue: text(.fallbackQueue), number: text(.fallbackNumber))
        }
        func add(_ name: String, _ column: FileColumn) {
            guard let value = cells[column] else { return }
            members[name] = value.isEmpty ? .null : .string(value)
        }
        add("spokenName", .spokenName)
        add("validUntil", .validUntil)
        add("team", .team)
        return members
    }

    /// A target: without a type, what is filled in says which; null when nothing is.
    private static func target(type: String, worker: String, name: String, queue: String, number: String) -> JSONValue {
        let type =
            !type.isEmpty
            ? type.lowercased() : !worker.isEmpty ? "worker" : !queue.isEmpty ? "queue" : number.isEmpty ? "" : "number"
        switch type {
        case "": return .null
        case "worker": return ["type": "worker", "workerSid": .string(worker), "workerName": .string(name)]
        case "queue": return ["type": "queue", "queue": .string(queue)]
        case "number": return ["type": "number", "number": .string(number)]
        default: return ["type": .string(type)]
        }
    }

    /// The first line: with a byte-order mark, so that spreadsheets take it for UTF-8.
    static let header = "\u{FEFF}" + FileColumn.allCases.map(\.rawValue).joined(separator: ",") + "\r\n"

    /// A record's line.
    static func line(_ content: ExtensionRecord.Content) -> String {
        var cells: [FileColumn: String] = [
            .extension: content.number, .spokenName: content.spokenName, .team: content.team ?? "",
            .validUntil: content.validUntil?.rfc3339 ?? "",
        ]
        func fill(
            _ target: DirectoryTarget?, _ type: FileColumn, _ sid: FileColumn, _ name: FileColumn, _ queue: FileColumn,
            _ number: FileColumn
        ) {
            switch target {
            case .worker(let worker, let title)?:
                (cells[type], cells[sid], cells[name]) = ("worker", worker.text, title)
            case .queue(let title)?: (cells[type], cells[queue]) = ("queue", title)
            case .number(let digits)?: (cells[type], cells[number]) = ("number", digits)
            case nil: break
            }
        }
        fill(content.target, .type, .workerSid, .workerName, .queue, .number)
        fill(
            content.fallback, .fallbackType, .fallbackWorkerSid, .fallbackWorkerName, .fallbackQueue, .fallbackNumber)
        return FileColumn.allCases.map { CellText.quoted(cells[$0] ?? "") }.joined(separator: ",") + "\r\n"
    }
}

/// What of a file is read when it is opened: nothing but its header.
private struct HeaderOnly: CSVView {
    let rows: [[String]] = []
    let columns: [String]? = nil

    init(header: [String], text: String, delimiter: CSVDelimiter, loadColumns: Bool, rowLimit: Int?) throws {}

    func serialize(header: [String], delimiter: CSVDelimiter) -> String { "" }
}
