import Events
import TwilioREST

/// A request to a CRM, with places for values: `GET /contacts?phone={phone}&limit={limit}`, and a body.
///
/// The template is taken apart before values come in, so that no value can become more than the one it stands for: each
/// is percent-encoded whole in a segment of the path or a value of the query or form, and in JSON it replaces a string
/// of the parsed document. A parameter or JSON member whose places have no value is left out.
struct RequestTemplate: Hashable, Sendable {
    /// A body: JSON when it begins with a brace, a bracket or a quote, else a form.
    enum Body: Hashable, Sendable {
        case json(JSONTemplate)
        case form([Parameter])
    }

    struct Parameter: Hashable, Sendable {
        let name: String
        let value: TextTemplate
    }

    let method: HTTPVerb
    let path: [TextTemplate]
    let query: [Parameter]
    let body: Body?

    /// Reads `METHOD /path?query` and a body.
    /// - Throws: ``TemplateError``.
    init(_ text: String, body: String?, allowed: Set<String>) throws(TemplateError) {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard let method = parts.first.flatMap({ HTTPVerb(rawValue: String($0)) }) else {
            throw TemplateError("it must begin with GET, POST, PUT, PATCH or DELETE and a space")
        }
        let whole = parts.count == 2 ? parts[1] : ""
        let target = whole.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard target[0].isEmpty || target[0].hasPrefix("/"), !whole.contains(where: { $0.isWhitespace || $0 == "#" })
        else { throw TemplateError("its path must begin with / and have neither spaces nor #") }
        self.method = method
        var path: [TextTemplate] = []
        for segment in target[0].split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            path.append(try TextTemplate(segment, allowed: allowed))
        }
        self.path = path
        query = target.count == 2 ? try Self.parameters(target[1], allowed) : []
        guard let body, !body.isEmpty else {
            self.body = nil
            return
        }
        let isJSON = body.first { !$0.isWhitespace }.map { "{[\"".contains($0) } ?? false
        self.body =
            isJSON ? .json(try JSONTemplate(body, allowed)) : .form(try Self.parameters(Substring(body), allowed))
    }

    private static func parameters(_ text: Substring, _ allowed: Set<String>) throws(TemplateError) -> [Parameter] {
        var parameters: [Parameter] = []
        for part in text.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard !pair[0].isEmpty, !pair[0].contains("{") else { throw TemplateError("a parameter has no name") }
            parameters.append(
                Parameter(
                    name: String(pair[0]), value: try TextTemplate(pair.count == 2 ? pair[1] : "", allowed: allowed)))
        }
        return parameters
    }

    /// Path and query with values in their places.
    /// - Throws: ``CRMError/refused(field:)`` where the path lacks a value or would climb.
    func target(_ values: TemplateValues) throws(CRMError) -> String {
        var text = ""
        for segment in path {
            guard let part = segment.render(values, encode: PercentCoding.encode) else {
                throw .refused(field: segment.names.first)
            }
            guard part != ".", part != ".." else { throw .refused(field: segment.names.first) }
            text += "/" + part
        }
        let pairs = pairs(query, values)
        guard !pairs.isEmpty else { return text }
        return text + "?"
            + pairs.map { "\($0.name)=\(PercentCoding.encode($0.value))" }.joined(separator: "&")
    }

    /// Names and values of the form; nil when the body is none.
    func form(_ values: TemplateValues) -> [(name: String, value: String)]? {
        guard case .form(let parameters) = body else { return nil }
        return pairs(parameters, values)
    }

    private func pairs(_ parameters: [Parameter], _ values: TemplateValues) -> [(name: String, value: String)] {
        parameters.compactMap { parameter in
            parameter.value.render(values) { $0 }.map { (parameter.name, $0) }
        }
    }
}

/// A JSON document whose strings may have places.
///
/// A string that is nothing but a place becomes the value itself, of whatever type; without a value the member or
/// element is left out.
indirect enum JSONTemplate: Hashable, Sendable {
    case fixed(JSONValue)
    case text(TextTemplate)
    case object([Member])
    case array([JSONTemplate])

    struct Member: Hashable, Sendable {
        let name: String
        let value: JSONTemplate
    }

    init(_ text: String, _ allowed: Set<String>) throws(TemplateError) {
        let value: JSONValue
        do throws(EventError) {
            value = try JSONValue(parsing: text.utf8)
        } catch {
            throw TemplateError("the body begins like JSON and is none: \(error)")
        }
        try self.init(value, allowed)
    }

    private init(_ value: JSONValue, _ allowed: Set<String>) throws(TemplateError) {
        switch value {
        case .string(let text): self = .text(try TextTemplate(text, allowed: allowed))
        case .object(let object):
            var members: [Member] = []
            for member in object.members {
                members.append(Member(name: member.name, value: try JSONTemplate(member.value, allowed)))
            }
            self = .object(members)
        case .array(let elements):
            var templates: [JSONTemplate] = []
            for element in elements { templates.append(try JSONTemplate(element, allowed)) }
            self = .array(templates)
        default: self = .fixed(value)
        }
    }

    /// The document; nil where a place has no value.
    func render(_ values: TemplateValues) -> JSONValue? {
        switch self {
        case .fixed(let value): value
        case .text(let template):
            if let name = template.onlyPlace {
                values[name]
            } else {
                template.render(values) { $0 }.map { .string($0) }
            }
        case .object(let members):
            .object(JSONObject(members.compactMap { member in member.value.render(values).map { (member.name, $0) } }))
        case .array(let elements): .array(elements.compactMap { $0.render(values) })
        }
    }
}

/// Percent-encoding of everything but RFC 3986's unreserved characters: a plus becomes `%2B`.
enum PercentCoding {
    static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
