import Directory
import Events

/// Publishing and versions.
extension ExtensionsAPI {
    /// Versions of one page.
    static let versionsPerPage = 50
    /// Bytes of a note.
    static let noteBytes = 1_024

    func publish(_ request: APIRequest) async throws -> APIReply {
        guard let expected = request.expected("d") else { return .needsMatch(request.ifMatch) }
        let body = request.body.isEmpty ? JSONValue.object(JSONObject()) : request.json
        guard let body else { return .bodyMalformed }
        guard let note = Self.note(body) else {
            return .badRequest("note", "A note is a text of at most \(Self.noteBytes) bytes.")
        }
        let state = try await publisher.begin(
            PublishRequest(content: .draft(expecting: expected), by: request.editor, note: note.text))
        return APIReply(202, ["publish": .object(state.json)]).located("/v1/extensions/publish")
    }

    /// Nil when there is a note that cannot be one.
    private static func note(_ body: JSONValue) -> (text: String?, Void)? {
        switch body["note"] {
        case nil, .null?: return (nil, ())
        case .string(let text)? where text.utf8.count <= noteBytes: return (text.isEmpty ? nil : text, ())
        default: return nil
        }
    }

    func publishState() async throws -> APIReply {
        let view = try await store.view()
        let lookups = try await LookupReport.all(bus)
        var object = view.publish?.json ?? JSONObject([("state", .string("idle")), ("version", 0)])
        object["published"] = view.published.json
        object["lookups"] = .array(lookups.map { $0.json(current: view.published) })
        return APIReply(200, .object(object))
    }

    func versions(_ request: APIRequest) async throws -> APIReply {
        guard let cursor = Int(request.query["cursor"] ?? "\(Int32.max)") else {
            return .badRequest("cursor", "This is no cursor of ours.")
        }
        let older = try await store.manifests().filter { $0.version < cursor }.reversed()
        let page = older.prefix(Self.versionsPerPage)
        let next = older.count > page.count ? page.last.map { JSONValue.string(String($0.version)) } : nil
        return APIReply(200, ["items": .array(page.map(\.summary)), "nextCursor": next ?? .null])
    }

    func version(_ text: String) async throws -> APIReply {
        guard let version = Int(text), let manifest = try await store.manifest(version) else { return .notFound }
        return APIReply(200, manifest.summary)
    }

    /// Puts a version in force again.
    ///
    /// With `resetDraft` the draft that `If-Match` names becomes what the version says, as an import that can be undone.
    func rollback(_ request: APIRequest) async throws -> APIReply {
        guard let version = Int(request.path[2]) else { return .notFound }
        let body = request.body.isEmpty ? JSONValue.object(JSONObject()) : request.json
        guard let body, body.object != nil else { return .bodyMalformed }
        var batch: String?
        if body["resetDraft"]?.bool == true {
            guard let expected = request.expected("d") else { return .needsMatch(request.ifMatch) }
            let view = try await store.view()
            if let running = view.publish, running.phase.isRunning {
                throw DirectoryFailure.publishInProgress(running)
            }
            let rows = try await store.contents(of: version).enumerated().map { index, content in
                var members = content.json
                members["team"] = nil
                return ImportRow(row: index + 1, members: members)
            }
            let reset = try await importRows(
                rows, mode: .replace, isPartial: false, isDry: false, expecting: expected, editor: request.editor)
            guard !reset.decision.isRefused else { return Self.reply(to: reset, isDry: false) }
            batch = reset.name
        }
        let state = try await publisher.begin(
            PublishRequest(content: .version(version), by: request.editor, note: nil))
        var answer = JSONObject([("publish", .object(state.json))])
        answer["batch"] = batch.map { .string($0) }
        return APIReply(202, .object(answer)).located("/v1/extensions/publish")
    }
}
