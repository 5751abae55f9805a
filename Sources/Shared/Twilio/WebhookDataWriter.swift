import Events

/// Writes `data`: known parameters under clear names with their types, the rest under `raw`.
struct WebhookDataWriter {
    private let dialect: CompiledDialect
    private let view: WebhookView
    private let marks: WebhookMarks
    /// Runs of entries with one name that `raw` keeps.
    private var raw: [Range<Int>] = []
    private var isFirst = true

    init(dialect: CompiledDialect, view: WebhookView, marks: WebhookMarks) {
        self.dialect = dialect
        self.view = view
        self.marks = marks
    }

    mutating func write(to writer: inout JSONWriter) {
        writer.raw("{")
        if !dialect.dialectMember.isEmpty {
            writer.raw(dialect.dialectMember)
            isFirst = false
        }
        for (member, value) in marks.values {
            if !isFirst { writer.raw(byte: UInt8(ascii: ",")) }
            isFirst = false
            writer.string(member)
            writer.raw(":")
            writer.string(value)
        }
        var start = 0
        while start < view.entries.count {
            let end = runEnd(from: start)
            let rule = Int(view.rules[start])
            if rule < 0 {
                raw.append(start..<end)
            } else if dialect.fields.rules[rule].kind != .delivery, let entry = view.entry(rule) {
                let fits = member(dialect.fields.rules[rule], view.bytes(entry.valueRange), to: &writer)
                if !fits || end - start > 1 { raw.append(start..<end) }
            }
            start = end
        }
        writeRaw(to: &writer)
        writer.raw("}")
    }

    /// The end of the run of entries that have the same name as the one at `start`.
    private func runEnd(from start: Int) -> Int {
        var end = start + 1
        let first = view.entries[start]
        while end < view.entries.count, view.entries[end].prefix == first.prefix,
            Bytes.compare(view.base, view.entries[end].nameRange, first.nameRange) == 0
        {
            end += 1
        }
        return end
    }

    /// Writes one known parameter; false when its text belongs into `raw` too, mostly because it does not fit its type
    /// and nothing was written.
    private mutating func member(
        _ rule: FieldRule, _ value: UnsafeRawBufferPointer, to writer: inout JSONWriter
    ) -> Bool {
        if rule.kind == .text {
            begin(rule, &writer)
            writer.string(value)
            return true
        }
        if value.isEmpty {
            begin(rule, &writer)
            writer.raw("null")
            return true
        }
        switch rule.kind {
        case .integer:
            guard Self.isInteger(value) else { return false }
            begin(rule, &writer)
            writer.raw(value)
        case .boolean:
            let isTrue = value.elementsEqual("true".utf8)
            guard isTrue || value.elementsEqual("false".utf8) else { return false }
            begin(rule, &writer)
            writer.raw(value)
        case .json:
            guard let range = JSONText.container(in: value) else { return false }
            begin(rule, &writer)
            let start = writer.bytes.count
            writer.compact(UnsafeRawBufferPointer(rebasing: value[range]))
            // Text that lost white space also stays as it came, so that the form can be rebuilt to the byte.
            return writer.bytes.count - start == value.count
        case .text, .delivery: return false
        }
        return true
    }

    private mutating func begin(_ rule: FieldRule, _ writer: inout JSONWriter) {
        if !isFirst { writer.raw(byte: UInt8(ascii: ",")) }
        isFirst = false
        writer.raw(rule.member)
    }

    /// Whether text is a JSON integer that every reader holds exactly: at most 15 digits, no leading zero.
    private static func isInteger(_ text: UnsafeRawBufferPointer) -> Bool {
        let digits = text.first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
        guard (1...15).contains(digits.count), let first = digits.first else { return false }
        if first == UInt8(ascii: "0") { return text.count == 1 }
        return digits.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    }

    private func writeRaw(to writer: inout JSONWriter) {
        guard !raw.isEmpty else { return }
        writer.raw(isFirst ? "\"raw\":{" : ",\"raw\":{")
        for (index, run) in raw.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.string(view.bytes(view.entries[run.lowerBound].nameRange))
            writer.raw(":")
            if run.count == 1 {
                writer.string(view.bytes(view.entries[run.lowerBound].valueRange))
            } else {
                writer.raw("[")
                for (position, entry) in view.entries[run].sorted(by: { $0.order < $1.order }).enumerated() {
                    if position > 0 { writer.raw(",") }
                    writer.string(view.bytes(entry.valueRange))
                }
                writer.raw("]")
            }
        }
        writer.raw("}")
    }
}
