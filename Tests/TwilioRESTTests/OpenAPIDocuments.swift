import Events
import FoundationEssentials
import Twilio

@testable import TwilioREST

/// Twilio's OpenAPI documents in a folder, and what they say about our requests.
struct OpenAPIDocuments {
    private let documents: [JSONObject]

    /// Reads every `*.json` of a folder, `spec/json` below it included.
    init(folder: String) throws {
        var documents: [JSONObject] = []
        for path in [folder, folder + "/spec/json"] {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] where name.hasSuffix(".json")
            {
                let data = FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data()
                if let document = try JSONValue(parsing: Array(data)).object { documents.append(document) }
            }
        }
        self.documents = documents
    }

    var isEmpty: Bool { documents.isEmpty }

    /// One operation and the document it stands in.
    struct Operation {
        let document: JSONObject
        let operation: JSONValue

        /// Parameters of the query, the path and the headers.
        func parameters(in place: String) -> Set<String> {
            Set(
                (operation["parameters"]?.array ?? []).filter { $0["in"]?.string == place }.compactMap {
                    $0["name"]?.string
                })
        }

        /// What the form may have, and what it must have; nil when the operation takes no form.
        var form: (known: Set<String>, required: [String])? {
            guard let schema = operation["requestBody"]?["content"]?["application/x-www-form-urlencoded"]?["schema"]
            else { return nil }
            let names = schema["properties"]?.object?.members.map(\.name) ?? []
            return (Set(names), (schema["required"]?.array ?? []).compactMap(\.string))
        }

        /// A success with a body as the documents describe it.
        var answer: TransportResponse {
            let responses = operation["responses"]?.object?.members ?? []
            guard let success = responses.first(where: { $0.name.hasPrefix("2") }) else {
                return TransportResponse(status: 200)
            }
            let schema = success.value["content"]?["application/json"]?["schema"]
            let body = schema.map { sample(of: $0, depth: 0).bytes } ?? []
            return TransportResponse(status: Int(success.name) ?? 200, body: body)
        }

        /// The smallest value that fits a schema; optional members are there too, since the provider sends them all.
        private func sample(of schema: JSONValue, depth: Int) -> JSONValue {
            if depth > 8 { return .null }
            if let reference = schema["$ref"]?.string, let target = resolve(reference) {
                return sample(of: target, depth: depth + 1)
            }
            if let first = schema["enum"]?.array?.first { return first }
            if let first = (schema["allOf"] ?? schema["oneOf"] ?? schema["anyOf"])?.array?.first {
                return sample(of: first, depth: depth + 1)
            }
            switch schema["type"]?.string {
            case "object":
                let members = schema["properties"]?.object?.members ?? []
                return .object(
                    JSONObject(members.map { ($0.name, link($0.name) ?? sample(of: $0.value, depth: depth + 1)) }))
            case "array": return .array(schema["items"].map { [sample(of: $0, depth: depth + 1)] } ?? [])
            case "integer", "number": return 1
            case "boolean": return true
            case "string": return .string(text(of: schema))
            default: return schema["properties"] == nil ? .null : sample(of: .object(typed(schema)), depth: depth + 1)
            }
        }

        /// A sample list ends with its first page.
        private func link(_ name: String) -> JSONValue? {
            name == "next_page_url" || name == "next_page_uri" ? .null : nil
        }

        private func typed(_ schema: JSONValue) -> JSONObject {
            var object = schema.object ?? JSONObject()
            object["type"] = "object"
            return object
        }

        /// `^CH[0-9a-fA-F]{32}$` gives a SID, formats give a time.
        private func text(of schema: JSONValue) -> String {
            if let pattern = schema["pattern"]?.string, pattern.hasPrefix("^"), pattern.contains("{32}") {
                let letters = pattern.dropFirst().prefix { $0.isLetter }
                if letters.count == 2 { return letters + String(repeating: "0", count: 32) }
            }
            switch schema["format"]?.string {
            case "date-time": return "2026-11-24T09:00:00Z"
            case "date-time-rfc-2822": return "Tue, 24 Nov 2026 09:00:00 +0000"
            case "uri": return "https://example.com/"
            default: return "text"
            }
        }

        private func resolve(_ reference: String) -> JSONValue? {
            var value = JSONValue.object(document)
            for part in reference.split(separator: "/").dropFirst() {
                guard let next = value[String(part)] else { return nil }
                value = next
            }
            return value
        }
    }

    /// The operation of a request; nil when no document has it.
    ///
    /// A path that is written out is preferred to one with a parameter in its place.
    func operation(of request: TransportRequest) -> Operation? {
        var best: (literals: Int, operation: Operation)?
        let url = request.url.prefix { $0 != "?" }
        for document in documents {
            for (template, item) in document["paths"]?.object?.members ?? [] {
                guard let server = (item["servers"] ?? document["servers"])?[0]?["url"]?.string,
                    let literals = Self.matches(url, server + template),
                    let operation = item[request.method.rawValue.lowercased()], literals > best?.literals ?? -1
                else { continue }
                best = (literals, Operation(document: document, operation: operation))
            }
        }
        return best?.operation
    }

    /// How many pieces of a path are written out; nil when it does not fit.
    static func matches(_ url: some StringProtocol, _ template: String) -> Int? {
        let left = url.split(separator: "/", omittingEmptySubsequences: false)
        let right = template.split(separator: "/", omittingEmptySubsequences: false)
        guard left.count == right.count else { return nil }
        var literals = 0
        for (piece, pattern) in zip(left, right) {
            guard let open = pattern.firstIndex(of: "{"), let close = pattern.firstIndex(of: "}") else {
                guard piece == pattern else { return nil }
                literals += 1
                continue
            }
            let suffix = pattern[pattern.index(after: close)...]
            guard piece.hasPrefix(pattern[..<open]), piece.hasSuffix(suffix),
                suffix.isEmpty ? !piece.hasSuffix(".json") : true
            else { return nil }
        }
        return literals
    }

    /// What is wrong with a request, in words.
    func complaints(about request: TransportRequest) throws -> [String] {
        guard let operation = operation(of: request) else {
            return ["no document has \(request.method.rawValue) \(request.url)"]
        }
        var complaints: [String] = []
        let queries = request.url.split(separator: "?").dropFirst().first ?? ""
        for name in try FormParameters(decoding: queries.utf8).pairs.map(\.name)
        where !operation.parameters(in: "query").contains(name) {
            complaints.append("query parameter \(name) is unknown to \(request.url)")
        }
        for header in request.headers where header.name == "If-Match" || header.name.hasPrefix("X-Twilio") {
            if !operation.parameters(in: "header").contains(header.name) {
                complaints.append("header \(header.name) is unknown to \(request.method.rawValue) \(request.url)")
            }
        }
        if let body = request.body, request.header("Content-Type") == "application/x-www-form-urlencoded" {
            let names = Set(try FormParameters(decoding: body).pairs.map(\.name))
            guard let form = operation.form else { return complaints + ["\(request.url) takes no form"] }
            for name in names.subtracting(form.known).sorted() {
                complaints.append("\(name) is unknown to \(request.url)")
            }
            for name in form.required where !names.contains(name) {
                complaints.append("\(name) is missing for \(request.url)")
            }
        }
        return complaints
    }
}
