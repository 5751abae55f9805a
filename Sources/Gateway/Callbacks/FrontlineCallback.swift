import Events
import Twilio

/// A callback of the mobile app, by the samples' paths: which service answers it, and which requests it knows.
///
/// All carry `Location`, which says what is asked, and `Worker`, who asks; but for routing, which is about a conversation
/// that nobody has yet.
enum FrontlineCallback: String, CaseIterable, Sendable {
    case crm = "/frontline/crm"
    case outgoing = "/frontline/outgoing"
    case templates = "/frontline/templates"
    case routing = "/frontline/routing"

    /// The name of the call on the bus.
    var service: String {
        switch self {
        case .crm: "frontline.crm"
        case .outgoing: "frontline.outgoing"
        case .templates: "frontline.templates"
        case .routing: "frontline.routing"
        }
    }

    /// What may be asked; empty: there is only one question, without a name.
    var locations: [String] {
        switch self {
        case .crm: ["GetCustomersList", "GetCustomerDetailsByCustomerId"]
        case .outgoing: ["GetProxyAddress"]
        case .templates: ["GetTemplatesByCustomerId"]
        case .routing: []
        }
    }

    /// Parameters without which a location cannot be answered.
    func required(_ location: String) -> [String] {
        guard self != .routing else { return ["ConversationSid"] }
        return switch location {
        case "GetCustomerDetailsByCustomerId", "GetTemplatesByCustomerId": ["CustomerId"]
        case "GetProxyAddress": ["ChannelType"]
        default: []
        }
    }

    /// The payload of the call: what was asked, and by whom, as the provider named it.
    ///
    /// ```json
    /// {"project":"frontline","location":"GetCustomersList","worker":"ana@example.com","parameters":{"PageSize":"30",…}}
    /// ```
    static func payload(project: String, form: FormParameters) -> [UInt8] {
        var object = JSONObject()
        object["project"] = .string(project)
        object["location"] = .string(form.first("Location") ?? "")
        object["worker"] = form.first("Worker").map { .string($0) }
        object["parameters"] = .object(JSONObject(form.pairs.map { ($0.name, .string($0.value)) }))
        return JSONValue.object(object).bytes
    }
}

/// What a service answers to a callback: `{"status":200,"body":…}`.
struct CallbackAnswer: Hashable, Sendable {
    let status: Int
    let body: [UInt8]

    /// Nil when it is no such answer.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let status = json["status"]?.integer,
            (200...599).contains(status), let body = json["body"]
        else { return nil }
        self.status = Int(status)
        self.body = body.bytes
    }
}
