import Directory
import Events

/// The replica at one moment, for answers.
struct DirectoryView: Sendable {
    let draft: Draft
    let published: PublishedHead
    let comparison: PublishedComparison
    let publish: PublishState?
    let workers: WorkerRoster
    let now: Timestamp

    var draftTag: String { "\"d\(draft.revision)\"" }

    /// A record as it is sent.
    func json(_ record: ExtensionRecord) -> JSONValue {
        var object = record.json
        object["status"] = .string(comparison.status(of: record).rawValue)
        object["problems"] = .array(problems(of: record).map(\.json))
        return .object(object)
    }

    /// What is wrong with a record though it was right when it was written.
    func problems(of record: ExtensionRecord) -> [FieldProblem] {
        var problems = workers.problems(of: record.content.target, field: "target")
        if let fallback = record.content.fallback { problems += workers.problems(of: fallback, field: "fallback") }
        if let end = record.content.validUntil, end <= now {
            problems.append(FieldProblem("validUntil", "expired", "The extension reaches nobody since this time."))
        }
        return problems
    }

    /// How much a publish would change, and against what.
    var summary: [(String, JSONValue)] {
        [
            (
                "draft",
                [
                    "revision": .number(JSONNumber(draft.revision)), "etag": .string(draftTag),
                    "changes": .number(JSONNumber(comparison.differences.count)),
                    "count": .number(JSONNumber(draft.count)),
                ]
            ), ("published", published.json),
        ]
    }
}
