import Events

/// What is wrong with one field of a record that somebody sent.
struct FieldProblem: Hashable, Sendable {
    /// As in the JSON of the record: `extension`, `target.workerSid`.
    let field: String
    /// Stable, for machines: `extensions.number_length`.
    let code: String
    /// For people: what is allowed.
    let detail: String

    init(_ field: String, _ code: String, _ detail: String) {
        self.field = field
        self.code = "extensions." + code
        self.detail = detail
    }

    var json: JSONValue { ["field": .string(field), "code": .string(code), "detail": .string(detail)] }
}
