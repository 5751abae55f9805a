import Events
import Mustache

/// The texts an agent can insert, by category, with variables filled in for the customer at hand.
///
/// The language is Mustache. Variables: `customer.name`, `customer.phone`, `agent.name`; a variable without a value
/// is left out, and a section around it with it. Nothing is escaped: the text goes into messages, not pages.
struct MessageTemplates: Sendable {
    /// A template as configured.
    struct Definition: Hashable, Sendable {
        let category: String
        let text: String
        /// Whether WhatsApp has approved it for the first message.
        var isWhatsAppApproved = false
    }

    /// What stands for the variables.
    struct Variables: Hashable, Sendable {
        var customerName: String?
        var customerPhone: String?
        var agentName: String?
    }

    private struct Compiled {
        let definition: Definition
        let template: MustacheTemplate
    }

    private let compiled: [Compiled]

    /// No templates.
    static let none = MessageTemplates(compiled: [])

    private init(compiled: [Compiled]) { self.compiled = compiled }

    /// - Throws: The template's error, for a text that is no Mustache.
    init(_ definitions: [Definition]) throws {
        compiled = try definitions.map {
            Compiled(definition: $0, template: try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}\($0.text)"))
        }
    }

    /// The answer of `GetTemplatesByCustomerId`: categories in the order of their first template.
    func answer(_ variables: Variables) -> JSONValue {
        let context: [String: Any] = [
            "customer": ["name": variables.customerName, "phone": variables.customerPhone].compactMapValues { $0 },
            "agent": ["name": variables.agentName].compactMapValues { $0 },
        ]
        var categories: [(name: String, templates: [JSONValue])] = []
        for item in compiled {
            var template = JSONObject([("content", .string(item.template.render(context)))])
            if item.definition.isWhatsAppApproved { template["whatsAppApproved"] = true }
            if let index = categories.firstIndex(where: { $0.name == item.definition.category }) {
                categories[index].templates.append(.object(template))
            } else {
                categories.append((item.definition.category, [.object(template)]))
            }
        }
        return .array(categories.map { ["display_name": .string($0.name), "templates": .array($0.templates)] })
    }
}
