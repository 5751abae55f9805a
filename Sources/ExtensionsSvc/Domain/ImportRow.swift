import Events

/// One row of a file: what it says of a record, or what is wrong with it.
struct ImportRow: Hashable, Sendable {
    /// Counted from 1; in CSV the header is row 1.
    let row: Int
    /// The members that the row has, in the shape of the REST API: others stay as they are.
    let members: JSONObject
    let problems: [FieldProblem]

    init(row: Int, members: JSONObject, problems: [FieldProblem] = []) {
        self.row = row
        self.members = members
        self.problems = problems
    }

    /// The extension that it is about; nil when it names none.
    var number: String? { members["extension"]?.string?.trimmed }

    /// The record that the row makes of one that is there.
    func input(over current: ExtensionRecord?) -> RecordInput {
        guard problems.isEmpty else { return RecordInput(content: nil, problems: problems) }
        guard let current else { return RecordInput(.object(members)) }
        var object = current.content.json
        for (name, value) in members.members { object[name] = value }
        return RecordInput(.object(object))
    }
}

/// What an import does with records that the file does not name.
enum ImportMode: String, Hashable, Sendable, CaseIterable {
    /// They stay.
    case merge
    /// They are deleted.
    case replace
}

/// Why a file cannot be read at all.
struct ImportFailure: Error, Hashable {
    let code: String
    let detail: String

    init(_ code: String, _ detail: String) {
        self.code = "extensions." + code
        self.detail = detail
    }
}
