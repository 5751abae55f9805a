/// A table of text, aligned in columns and fitted into the width of a terminal.
struct TextTable: Sendable {
    struct Column: Sendable {
        var title: String
        /// Numbers stand right.
        var isRight = false
        /// Columns below which it is not narrowed; one without a limit here keeps its natural width.
        var shrinksTo: Int?
    }

    let columns: [Column]
    private(set) var rows: [[String]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row; cells are made harmless, missing ones are empty.
    mutating func add(_ cells: [String]) {
        rows.append((0..<columns.count).map { $0 < cells.count ? DisplayText.harmless(cells[$0]) : "" })
    }

    /// The lines of the table with its head, at most `width` columns each where narrowing allows it.
    func lines(width: Int, style: Style = Style(isColoured: false)) -> [String] {
        let widths = fitted(to: width)
        let head = line(columns.map(\.title), widths).map { style.paint($0, .bold) }
        return head + rows.flatMap { line($0, widths) }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> [String] {
        var text = ""
        for (index, cell) in cells.enumerated() {
            let cut = DisplayText.cut(cell, to: widths[index])
            text += DisplayText.pad(cut, to: widths[index], isRight: columns[index].isRight) + "  "
        }
        return [String(text.reversed().drop { $0 == " " }.reversed())]
    }

    private func fitted(to limit: Int) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(DisplayText.width(columns[index].title)) { max($0, DisplayText.width($1[index])) }
        }
        // The widest of those that may shrink gives way, one step at a time, until the line fits.
        while widths.reduce(0, +) + 2 * (widths.count - 1) > limit {
            let candidates = widths.indices.filter { widths[$0] > (columns[$0].shrinksTo ?? .max) }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }
}
