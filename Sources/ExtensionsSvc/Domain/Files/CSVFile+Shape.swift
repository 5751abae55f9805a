import SwiftCSV

extension CSVFile {
    /// What a look at the bytes says, before anything is read: the delimiter, and that nothing is endless.
    struct Shape {
        let delimiter: CSVDelimiter

        init(_ bytes: [UInt8]) throws(ImportFailure) {
            var isQuoted = false
            var isFirst = true
            var counts: [UInt8: Int] = [44: 0, 59: 0, 9: 0]
            var cells = 0
            var rows = 0
            for (index, byte) in bytes.enumerated() {
                switch byte {
                case 34: isQuoted.toggle()
                case 10 where !isQuoted, 13 where !isQuoted:
                    // Both together are one end.
                    if byte == 13, index + 1 < bytes.count, bytes[index + 1] == 10 { continue }
                    rows += 1
                    isFirst = false
                    cells = 0
                case 44, 59, 9:
                    guard !isQuoted else { continue }
                    if isFirst { counts[byte, default: 0] += 1 }
                    cells += 1
                    guard cells <= CSVFile.maxColumns * 4 else {
                        throw ImportFailure("csv_columns", "Row \(rows + 1) has more than \(CSVFile.maxColumns) cells.")
                    }
                default: break
                }
            }
            guard !isQuoted else {
                throw ImportFailure("csv_quotes", "A quoted cell has no end: the number of quotes is odd.")
            }
            guard rows <= ImportPlan.maxRows + 1 else {
                throw ImportFailure("import_rows", "At most \(ImportPlan.maxRows) rows are taken at once.")
            }
            let best = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 44
            delimiter = best == 59 ? .semicolon : best == 9 ? .tab : .comma
        }
    }
}
