import Events

/// What became of one record: created without a before, deleted without an after.
struct RecordChange: Hashable, Sendable {
    let before: ExtensionRecord?
    let after: ExtensionRecord?

    var id: RecordID? { after?.id ?? before?.id }

    init(before: ExtensionRecord?, after: ExtensionRecord?) {
        self.before = before
        self.after = after
    }

    /// Reads `{"id":…,"before":…|null,"after":…|null}`; nil when both are missing.
    init?(_ json: JSONValue) {
        before = json["before"].flatMap { ExtensionRecord($0) }
        after = json["after"].flatMap { ExtensionRecord($0) }
        guard before != nil || after != nil else { return nil }
    }

    var json: JSONValue {
        JSONValue.object(
            JSONObject([
                ("id", .string(id?.text ?? "")), ("before", before.map { .object($0.json) } ?? .null),
                ("after", after.map { .object($0.json) } ?? .null),
            ]))
    }
}
