import Events
import Phone

/// What the Flex side knows about a customer: the conversation's attributes and the customer's participant.
struct CustomerFacts: Hashable, Sendable {
    /// A channel in the mobile app's sense.
    struct Channel: Hashable, Sendable {
        enum Kind: String, Hashable, Sendable, CaseIterable {
            case sms, whatsapp, chat, email
        }

        let kind: Kind
        let value: String
    }

    /// The conversation's attributes, as of the Chat dialect's channel or the Conversations dialect.
    var attributes = JSONObject()
    var friendlyName: String?
    /// The customer's address where he writes by SMS or WhatsApp (`+34…`, `whatsapp:+34…`).
    var address: String?
    /// The customer's identity in a web chat.
    var identity: String?
    /// The conversation on the mobile side, which chat channels point to.
    var mobileConversation: String?

    /// The name to show: web chats carry it in `from` or in the pre-engagement form, others are called by their number.
    var displayName: String {
        let names = [
            attributes["pre_engagement_data"]?["friendlyName"]?.string,
            attributes["pre_engagement_data"]?["name"]?.string, preEngagement?["friendlyName"]?.string,
            attributes["customerName"]?.string, attributes["from"]?.string, friendlyName, address, identity,
        ]
        return names.lazy.compactMap { $0 }.first { !$0.isEmpty } ?? "?"
    }

    /// How the customer can be reached, the surest first, without repeats.
    ///
    /// The phone number is the participant's address, or the pre-engagement form's `phone`, or `from` where that is a
    /// number, or the friendly name of a channel whose `serviceNumber` says that it came by SMS (FF-21).
    var channels: [Channel] {
        var channels: [Channel] = []
        func add(_ kind: Channel.Kind, _ value: String?) {
            guard let value, !channels.contains(where: { $0.kind == kind && $0.value == value }) else { return }
            channels.append(Channel(kind: kind, value: value))
        }
        if let number = address.flatMap(Self.whatsApp) { add(.whatsapp, "whatsapp:\(number)") }
        add(.sms, address.flatMap(Self.number))
        for source in [attributes["pre_engagement_data"], preEngagement] {
            add(.sms, (source?["phone"] ?? source?["phoneNumber"])?.string.flatMap(Self.number))
            if let email = source?["email"]?.string, email.contains("@") { add(.email, email) }
        }
        if let from = attributes["from"]?.string {
            if let number = Self.whatsApp(from) { add(.whatsapp, "whatsapp:\(number)") }
            add(.sms, Self.number(from))
        }
        if attributes["serviceNumber"]?.string?.contains("sms_") == true {
            add(.sms, friendlyName.flatMap(Self.number))
        }
        if channels.isEmpty, identity != nil { add(.chat, mobileConversation ?? identity) }
        return channels
    }

    /// Fields of the pre-engagement form that the configuration shows to agents, as lines `name: value`.
    ///
    /// Nothing else of the attributes is shown: they hold routing data, and what was not meant for agents.
    func details(fields: [String]) -> String {
        fields.compactMap { field in
            let value = attributes["pre_engagement_data"]?[field] ?? preEngagement?[field] ?? attributes[field]
            guard let value else { return nil }
            return "\(field): \(value.string ?? value.description)"
        }.joined(separator: "\n")
    }

    /// The pre-engagement form of the Chat dialect, which is JSON in a string.
    private var preEngagement: JSONValue? {
        guard let value = attributes["pre_engagement"] ?? attributes["preEngagementData"] else { return nil }
        guard let text = value.string else { return value }
        return try? JSONValue(parsing: text.utf8)
    }

    private static func whatsApp(_ address: String) -> String? {
        address.hasPrefix("whatsapp:") ? number(String(address.dropFirst(9))) : nil
    }

    /// A number in E.164, as providers write it; anything else is none.
    private static func number(_ text: String) -> String? {
        guard text.hasPrefix("+"), text.utf8.count <= 20 else { return nil }
        return (try? PhoneNumber(text)).map(\.e164)
    }
}
