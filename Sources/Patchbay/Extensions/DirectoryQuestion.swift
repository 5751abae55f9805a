import Bus
import Events
import Glibc

/// A request to the API of the directory, or of the CRM's bridge, over the bus, as the Gateway would pass it on.
struct DirectoryQuestion: Sendable {
    /// Who answers: the service's name on the bus, and what to look at when nobody does.
    struct Service: Hashable, Sendable {
        let name: String
        let absent: String

        static let directory = Service(
            name: "extensions.api", absent: "Nobody serves the directory. Is patchbay-extensions running?")
        static let crm = Service(
            name: "crm.api", absent: "Nobody serves the CRM's bridge. Is patchbay-crm running?")
    }

    /// Just below the Broker's longest deadline.
    static let timeout = Duration.seconds(29)

    var method = "GET"
    let path: String
    var query: [(String, String)] = []
    var ifMatch: String?
    var body: [UInt8]?

    let service: Service

    init(_ path: String, of service: Service = .directory) {
        self.path = path
        self.service = service
    }

    /// The same question about the draft as it is now; refused when somebody edits it in between.
    func ofDraft(_ bus: BusConnection) async throws -> DirectoryQuestion {
        var list = DirectoryQuestion("extensions")
        list.query = [("limit", "1")]
        var question = self
        question.ifMatch = try await bus.ask(list).etag
        return question
    }

    /// Who asks: the user of this machine, who may open the bus's socket.
    static var actor: JSONValue {
        let uid = getuid()
        return ["sub": .string("cli:\(uid)"), "name": .string(AuditEvent.userName(uid)), "role": "admin"]
    }

    var payload: [UInt8] {
        var object = JSONObject([
            ("method", .string(method)), ("path", .string("/v1/\(path)")),
            ("query", .object(JSONObject(query.map { ($0.0, .string($0.1)) }))), ("actor", Self.actor),
        ])
        object["ifMatch"] = ifMatch.map { .string($0) }
        if let body {
            if let text = String(validating: body, as: UTF8.self) {
                object["body"] = .string(text)
            } else {
                object["bodyBase64"] = .string(String(decoding: Base64.encode(body), as: UTF8.self))
            }
        }
        return JSONValue.object(object).bytes
    }
}

/// What the directory answered.
struct DirectoryAnswer: Sendable {
    let status: Int
    let etag: String?
    /// What came of the request.
    let location: String?
    /// Where a file goes on.
    let next: String?
    let text: String

    /// Reads an answer; nil when it is none.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let status = json["status"]?.integer else { return nil }
        self.status = Int(status)
        etag = json["etag"]?.string
        location = json["location"]?.string
        next = json["next"]?.string
        text = json["body"]?.string ?? ""
    }

    var json: JSONValue { (try? JSONValue(parsing: text.utf8)) ?? .null }

    /// What a command ends with when the directory refused.
    var failure: CommandFailure {
        let json = json
        var lines = [json["detail"]?.string ?? "The directory answered \(status)."]
        for error in (json["errors"]?.array ?? []).prefix(10) {
            lines.append("\(error["field"]?.string ?? ""): \(error["detail"]?.string ?? "")")
        }
        let code: CommandFailure.Code =
            switch status {
            case 400, 422: .data
            case 403: .permission
            case 503: .temporary
            default: .failure
            }
        return CommandFailure(lines.joined(separator: "\n"), code)
    }
}

extension BusConnection {
    /// Asks the service.
    ///
    /// - Throws: ``CommandFailure``: what it refused, or with code 69 that nobody answers.
    func ask(_ question: DirectoryQuestion) async throws -> DirectoryAnswer {
        let bytes: [UInt8]
        do throws(BusError) {
            bytes = try await call(question.service.name, question.payload, within: DirectoryQuestion.timeout)
        } catch {
            guard case .unavailable = error else { throw CommandFailure(error) }
            throw CommandFailure(question.service.absent, .unavailable)
        }
        guard let answer = DirectoryAnswer(bytes) else {
            throw CommandFailure("The directory's answer is not readable.", .data)
        }
        guard answer.status < 400 else {
            // A refused import says more than a sentence.
            if answer.json["rows"] != nil { throw DirectoryRefusal(json: answer.json) }
            throw answer.failure
        }
        return answer
    }
}

/// An import that was refused, with its report.
struct DirectoryRefusal: Error {
    let json: JSONValue
}
