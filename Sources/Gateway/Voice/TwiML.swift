/// One element of the provider's call instructions (XML 1.0), written so that no value can become markup.
struct TwiML: Hashable, Sendable {
    static let contentType = "text/xml; charset=utf-8"

    let name: String
    var attributes: [Attribute] = []
    var children: [TwiML] = []
    var text = ""

    struct Attribute: Hashable, Sendable {
        let name: String
        let value: String
    }

    init(_ name: String, _ attributes: [(String, String)] = [], text: String = "", _ children: [TwiML] = []) {
        self.name = name
        self.attributes = attributes.map { Attribute(name: $0.0, value: $0.1) }
        self.text = text
        self.children = children
    }

    /// The whole document with this element in its `Response`.
    var document: String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + TwiML(response: [self]).rendered
    }

    private init(response children: [TwiML]) {
        self.init("Response", [], children)
    }

    private var rendered: String {
        let attributes = attributes.map { " \($0.name)=\"\(Self.escaped($0.value))\"" }.joined()
        let content = Self.escaped(text) + children.map(\.rendered).joined()
        return content.isEmpty ? "<\(name)\(attributes)/>" : "<\(name)\(attributes)>\(content)</\(name)>"
    }

    /// Text as it may stand in an element or in a quoted attribute; characters that XML does not know are left out.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&apos;"
            case "\t", "\n", "\r": escaped += "&#\(scalar.value);"
            default:
                guard scalar.value >= 0x20, scalar.value < 0xFFFE || scalar.value > 0xFFFF else { continue }
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
