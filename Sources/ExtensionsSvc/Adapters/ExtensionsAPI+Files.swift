import Directory
import Events

/// Files: import, undoing it, export.
extension ExtensionsAPI {
    /// Bytes of one piece of an export, about.
    static let pieceBytes = 1 << 20
    /// Seconds for which an import may be waited for; the bus keeps no call for longer than 30 s.
    static let waitSeconds = 0...25
    /// Chunks of a version in one piece.
    static let chunksPerPiece = 4
    /// Records that a refused undoing lists.
    static let maxConflicts = 100

    func importFile(_ request: APIRequest) async throws -> APIReply {
        let query = request.query
        guard let mode = ImportMode(rawValue: query["mode"] ?? "merge") else {
            return .badRequest("mode", "mode is merge or replace.")
        }
        guard let isDry = Self.flag(query["dryRun"]), let isPartial = Self.flag(query["partial"]) else {
            return .badRequest("dryRun", "dryRun and partial are true or false.")
        }
        let wait = query["wait"].map { Int($0).flatMap { Self.waitSeconds.contains($0) ? Duration.seconds($0) : nil } }
        if case .some(nil) = wait {
            return .badRequest(
                "wait", "wait is \(Self.waitSeconds.lowerBound) to \(Self.waitSeconds.upperBound) seconds.")
        }
        // What it replaces must have been seen.
        var expected = request.expected("d")
        if let version = request.expected("v") { expected = try await draft(of: version, for: request.editor) }
        guard isDry || mode == .merge || expected != nil else { return .needsMatch(request.ifMatch) }
        let format = query["format"] ?? (request.contentType.hasPrefix("text/csv") ? "csv" : "json")
        let file: [ImportRow]
        do throws(ImportFailure) {
            switch format {
            case "csv": file = try CSVFile.rows(request.body)
            case "json": file = try JSONFile.rows(request.body)
            default: return .badRequest("format", "format is csv or json.")
            }
        } catch {
            return .problem(422, error.code, title: "The file cannot be read", detail: error.detail)
        }
        let job = ImportJob(name: DirectoryStore.token(), by: request.editor, at: store.now(), rows: file.count)
        let revision = expected
        let work: @Sendable () async -> APIReply = {
            await answering {
                let batch = try await importRows(
                    file, mode: mode, isPartial: isPartial, isDry: isDry, expecting: revision, editor: job.by,
                    name: job.name)
                return Self.reply(to: batch, isDry: isDry)
            }
        }
        // Who only asks what would happen waits for the answer.
        return isDry ? await work() : try await imports.reply(to: job, within: wait ?? nil, work)
    }

    /// How an import stands that became a job.
    func importState(_ request: APIRequest) async throws -> APIReply {
        guard let job = try await imports.job(request.path[1]) else {
            return .problem(
                404, "extensions.import_unknown", title: "Not found",
                detail:
                    "There is no such import, it is too old (extensions.import.undo_hours), or it was answered at once."
            )
        }
        return APIReply(200, job.json)
    }

    /// The draft of somebody who has only seen a published version, as the sample's page does: it has nothing else in it
    /// but what he has put there himself.
    ///
    /// - Throws: ``DirectoryFailure/draftEdited(current:)``: another version is in force, or others have edited the draft.
    private func draft(of version: UInt64, for editor: Editor) async throws -> UInt64 {
        let view = try await store.view()
        let isUntouched = view.comparison.differences.allSatisfy { number, difference in
            difference == .removed || view.draft.record(number: number)?.updatedBy == editor.name
        }
        guard view.published.version == version, isUntouched else {
            throw DirectoryFailure.draftEdited(current: view.draft.revision)
        }
        return view.draft.revision
    }

    /// Imports rows, or only says what would become of them.
    ///
    /// The batch has the `name`. `expecting` is the revision of the draft that the editor has seen; nil: any.
    func importRows(
        _ rows: [ImportRow], mode: ImportMode, isPartial: Bool, isDry: Bool, expecting: UInt64?, editor: Editor,
        name: String = DirectoryStore.token()
    ) async throws -> DirectoryStore.Batch<ImportPlan> {
        let stamp = EditPlan.Stamp(by: editor.name, at: store.now())
        return try await store.batch(by: editor, keep: imports.settings.undoable, name: name) { draft in
            if let expecting, expecting != draft.revision {
                throw DirectoryFailure.draftEdited(current: draft.revision)
            }
            var random = SystemRandomNumberGenerator()
            let plan = ImportPlan(
                rows, mode: mode, isPartial: isPartial, draft: draft, rules: store.rules, stamp: stamp, using: &random)
            return (plan, isDry ? [] : plan.changes)
        }
    }

    /// The report of an import as an answer.
    static func reply(to batch: DirectoryStore.Batch<ImportPlan>, isDry: Bool) -> APIReply {
        let report = report(of: batch, isDry: isDry)
        guard !batch.decision.isRefused || isDry else {
            return .problem(
                422, "extensions.import_refused", title: "The file was not imported",
                detail: "Rows are refused, and the import is all or nothing. See rows.",
                report.object?.members.map { ($0.name, $0.value) } ?? [])
        }
        return APIReply(200, report).tagged("\"d\(batch.revision)\"")
    }

    /// What became of the rows.
    static func report(of batch: DirectoryStore.Batch<ImportPlan>, isDry: Bool) -> JSONValue {
        var object = JSONObject([
            ("dryRun", .bool(isDry)), ("rows", batch.decision.report), ("counts", batch.decision.counts),
            ("revision", .number(JSONNumber(batch.revision))),
        ])
        object["batch"] = batch.name.map { .string($0) }
        return .object(object)
    }

    /// Nil when it is neither.
    private static func flag(_ text: String?) -> Bool? {
        switch text ?? "" {
        case "", "false", "0": false
        case "true", "1": true
        default: nil
        }
    }

    func undo(_ request: APIRequest) async throws -> APIReply {
        guard let changes = try await store.changes(of: request.path[2]) else {
            return .problem(
                404, "extensions.batch_unknown", title: "Not found",
                detail: "There is no such import, or it is too old to be undone (extensions.import.undo_hours).")
        }
        let stamp = EditPlan.Stamp(by: request.editor.name, at: store.now())
        let batch = try await store.batch(by: request.editor, keep: imports.settings.undoable) { draft in
            let undo = UndoPlan(changes, draft: draft)
            var random = SystemRandomNumberGenerator()
            let plan = EditPlan(undo.edits, draft: draft, rules: store.rules, stamp: stamp, using: &random)
            let isRefused = !undo.conflicts.isEmpty || plan.isRefused
            return (Undone(plan: plan, conflicts: undo.conflicts), isRefused ? [] : plan.changes)
        }
        let view = try await store.view()
        let done = batch.decision
        guard done.conflicts.isEmpty, !done.plan.isRefused else {
            let ids = done.conflicts.prefix(Self.maxConflicts).compactMap(\.id)
            return .problem(
                409, "extensions.undo_conflict", title: "The import cannot be undone",
                detail: "Records of it have changed since, or their numbers are given to others.",
                [
                    ("count", .number(JSONNumber(done.conflicts.count))),
                    ("records", .array(ids.map { id in view.draft.record(id).map(view.json) ?? .string(id.text) })),
                ])
        }
        let counts = ImportPlan.counts(of: done.plan.changes)
        var object = JSONObject([("revision", .number(JSONNumber(batch.revision))), ("counts", counts)])
        object["batch"] = batch.name.map { .string($0) }
        return APIReply(200, .object(object)).tagged("\"d\(batch.revision)\"")
    }

    private struct Undone: Sendable {
        let plan: EditPlan
        let conflicts: [RecordChange]
    }

    /// One piece of a file; `cursor` says where it goes on.
    func export(_ request: APIRequest) async throws -> APIReply {
        let format = request.query["format"] ?? "csv"
        guard format == "csv" || format == "json" else { return .badRequest("format", "format is csv or json.") }
        let cursor = request.query["cursor"].flatMap { $0.isEmpty ? nil : $0 }
        var piece = ExportPiece(format: format, isFirst: cursor == nil)
        if let text = request.query["version"], !text.isEmpty {
            guard let version = Int(text), let manifest = try await store.manifest(version) else { return .notFound }
            guard let start = Int(cursor ?? "0"), start >= 0 else {
                return .badRequest("cursor", "This is no cursor of ours.")
            }
            let chunks = manifest.chunks.dropFirst(start).prefix(Self.chunksPerPiece)
            for entry in try await store.entries(of: Array(chunks)) { piece.add(.init(entry, team: nil)) }
            let next = start + chunks.count
            return piece.reply(next: next < manifest.chunks.count ? String(next) : nil)
        }
        let (_, rows) = try await store.view(sortedBy: .extension)
        for row in rows where cursor.map({ $0.bytesPrecede(row.sortKey) }) ?? true {
            guard piece.size < Self.pieceBytes else { return piece.reply(next: piece.last) }
            piece.add(row.record.content)
        }
        return piece.reply(next: nil)
    }
}

/// A part of an exported file.
struct ExportPiece {
    private let format: String
    private var text: String
    private var isEmpty: Bool
    /// The last number in it.
    private(set) var last = ""

    init(format: String, isFirst: Bool) {
        self.format = format
        isEmpty = isFirst
        text = isFirst ? (format == "csv" ? CSVFile.header : "[") : ""
    }

    var size: Int { text.utf8.count }

    mutating func add(_ content: ExtensionRecord.Content) {
        last = content.number
        if format == "csv" {
            text += CSVFile.line(content)
        } else {
            text += (isEmpty ? "\n" : ",\n") + JSONValue.object(content.json).description
            isEmpty = false
        }
    }

    func reply(next: String?) -> APIReply {
        let end = format == "json" && next == nil ? "\n]\n" : ""
        var reply = APIReply(
            status: 200, text: Array((text + end).utf8),
            contentType: format == "csv" ? CSVFile.mediaType : JSONFile.mediaType)
        reply.next = next
        return reply
    }
}

extension ImportPlan {
    /// How many records changes create, update and delete.
    static func counts(of changes: [RecordChange]) -> JSONValue {
        let created = changes.count { $0.before == nil }
        let deleted = changes.count { $0.after == nil }
        return [
            "created": .number(JSONNumber(created)), "updated": .number(JSONNumber(changes.count - created - deleted)),
            "deleted": .number(JSONNumber(deleted)),
        ]
    }
}
