import Directory
import Events
import Phone

/// What somebody sent for a record, field by field.
struct RecordInput: Hashable, Sendable {
    /// Bytes of a spoken name, a worker's, a queue's and a team's name.
    static let nameBytes = 256
    static let teamBytes = 64

    let content: ExtensionRecord.Content?
    let problems: [FieldProblem]

    init(content: ExtensionRecord.Content?, problems: [FieldProblem] = []) {
        self.content = problems.isEmpty ? content : nil
        self.problems = problems
    }

    /// Reads a record in the shape of the REST API; members that only the service writes are ignored.
    init(_ json: JSONValue) {
        guard json.object != nil else {
            self.init(content: nil, problems: [FieldProblem("", "record", "A record is a JSON object.")])
            return
        }
        var reader = InputReader(json)
        let number = reader.text("extension", maxBytes: 64) ?? ""
        if json["extension"] == nil || json["extension"] == .null {
            reader.add("extension", "required", "The extension's digits are missing.")
        }
        let target = reader.target("target", isRequired: true)
        let fallback = reader.target("fallback", isRequired: false)
        var spokenName = reader.text("spokenName", maxBytes: Self.nameBytes) ?? ""
        if spokenName.isEmpty { spokenName = target?.title ?? "" }
        if spokenName.isEmpty, target != nil {
            reader.add("spokenName", "required", "The name that callers hear is missing.")
        }
        let team = reader.text("team", maxBytes: Self.teamBytes).flatMap { $0.isEmpty ? nil : $0 }
        let validUntil = reader.time("validUntil")
        if let fallback, let target, fallback.reaches == target.reaches {
            reader.add("fallback", "fallback_same", "The fallback reaches the target itself.")
        }
        let content = target.map {
            ExtensionRecord.Content(
                number: number, target: $0, spokenName: spokenName, fallback: fallback, validUntil: validUntil,
                team: team)
        }
        self.init(content: content, problems: reader.problems)
    }
}

/// Reads members and collects what is wrong with them.
struct InputReader {
    private let json: JSONValue
    private(set) var problems: [FieldProblem] = []

    init(_ json: JSONValue) { self.json = json }

    mutating func add(_ field: String, _ code: String, _ detail: String) {
        problems.append(FieldProblem(field, code, detail))
    }

    /// A text without control characters, trimmed; nil when the member is absent or null.
    mutating func text(_ field: String, in object: JSONValue? = nil, path: String? = nil, maxBytes: Int) -> String? {
        let path = path ?? field
        switch (object ?? json)[field] {
        case nil, .null?: return nil
        case .string(let text)?:
            // Before anything looks at each character: the text may be a megabyte.
            guard text.utf8.count <= maxBytes else {
                add(path, "text_length", "At most \(maxBytes) bytes are allowed, not \(text.utf8.count).")
                return nil
            }
            guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory.isForbidden }) else {
                add(path, "text_characters", "Control characters are not allowed.")
                return nil
            }
            return text.trimmed
        default:
            add(path, "field_type", "This is no text.")
            return nil
        }
    }

    mutating func time(_ field: String) -> Timestamp? {
        guard let text = text(field, maxBytes: 64), !text.isEmpty else { return nil }
        guard let time = try? Timestamp(rfc3339: text) else {
            add(field, "valid_until", "This is no time in RFC 3339, like 2027-01-31T18:00:00Z.")
            return nil
        }
        return time
    }

    mutating func target(_ field: String, isRequired: Bool) -> DirectoryTarget? {
        guard let value = json[field], value != .null else {
            if isRequired { add(field, "required", "Whom the extension reaches is missing.") }
            return nil
        }
        guard value.object != nil else {
            add(field, "field_type", "A target is an object with 'type'.")
            return nil
        }
        switch value["type"]?.string {
        case "worker": return worker(field, value)
        case "queue":
            guard let name = text("queue", in: value, path: "\(field).queue", maxBytes: RecordInput.nameBytes),
                !name.isEmpty
            else {
                addMissing("\(field).queue", "The queue's name is missing.")
                return nil
            }
            return .queue(name: name)
        case "number":
            guard let text = text("number", in: value, path: "\(field).number", maxBytes: 32), !text.isEmpty else {
                addMissing("\(field).number", "The telephone number is missing.")
                return nil
            }
            guard text.hasPrefix("+"), let number = try? PhoneNumber(text), number.isPossible else {
                add("\(field).number", "number_e164", "This is no telephone number in E.164, like +34912345678.")
                return nil
            }
            return .number(number.e164)
        default:
            add("\(field).type", "target_type", "The type is worker, queue or number.")
            return nil
        }
    }

    private mutating func worker(_ field: String, _ value: JSONValue) -> DirectoryTarget? {
        let text = text("workerSid", in: value, path: "\(field).workerSid", maxBytes: 64) ?? ""
        var name =
            self.text("workerName", in: value, path: "\(field).workerName", maxBytes: RecordInput.nameBytes) ?? ""
        guard let sid = try? WorkerSID(text) else {
            add("\(field).workerSid", "worker_sid", "A worker's SID is WK and 32 hexadecimal digits.")
            return nil
        }
        if name.isEmpty, case .string(let spoken)? = json["spokenName"], spoken.utf8.count <= RecordInput.nameBytes {
            name = spoken.trimmed
        }
        guard !name.isEmpty else {
            addMissing("\(field).workerName", "The worker's name is missing.")
            return nil
        }
        return .worker(sid: sid, name: name)
    }

    /// Unless something else is wrong with it already.
    private mutating func addMissing(_ field: String, _ detail: String) {
        guard !problems.contains(where: { $0.field == field }) else { return }
        add(field, "required", detail)
    }
}

extension Unicode.GeneralCategory {
    /// Whether characters of this kind have no place in a name.
    fileprivate var isForbidden: Bool {
        switch self {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: true
        default: false
        }
    }
}

extension String {
    /// Without white space at its ends.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}

extension DirectoryTarget {
    /// What decides where a call goes: a worker's name does not.
    var reaches: String {
        switch self {
        case .worker(let sid, _): "w" + sid.text
        case .queue(let name): "q" + name
        case .number(let number): "n" + number
        }
    }
}
