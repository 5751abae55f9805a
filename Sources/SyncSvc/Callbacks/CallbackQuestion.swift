import Events

/// What the Gateway passes on of a callback: `{"project":…,"location":…,"worker":…,"parameters":{…}}`.
struct CallbackQuestion: Hashable, Sendable {
    let location: String
    /// Who asks: a Frontline identity.
    let worker: String?
    let parameters: [String: String]

    init?(_ payload: [UInt8]) {
        guard let json = try? JSONValue(parsing: payload), let location = json["location"]?.string else { return nil }
        self.location = location
        worker = json["worker"]?.string
        parameters = Dictionary(
            (json["parameters"]?.object?.members ?? []).compactMap { member in
                member.value.string.map { (member.name, $0) }
            }
        ) { first, _ in first }
    }
}

/// What is answered to the app, through the Gateway: `{"status":…,"body":…}`.
struct CallbackReply: Hashable, Sendable {
    let status: Int
    let body: JSONValue

    static func ok(_ body: JSONValue) -> CallbackReply { CallbackReply(status: 200, body: body) }

    /// An error: the app shows nothing of it, the provider's debugger does.
    static func refused(_ status: Int, code: String) -> CallbackReply {
        CallbackReply(status: status, body: ["code": .string(code)])
    }

    var payload: [UInt8] {
        JSONValue.object(JSONObject([("status", .number(JSONNumber(status))), ("body", body)])).bytes
    }
}

/// The number that customers are written from, by the kind of channel.
struct ProxyAddresses: Hashable, Sendable {
    var sms: String?
    var whatsApp: String?

    /// The answer of `GetProxyAddress`; an error status keeps the app from creating the conversation.
    func answer(channelType: String) -> CallbackReply {
        let address: String? =
            switch channelType.lowercased() {
            case "sms": sms
            case "whatsapp": whatsApp.map { $0.hasPrefix("whatsapp:") ? $0 : "whatsapp:\($0)" }
            default: nil
            }
        guard let address else { return .refused(422, code: "sync.channel_without_number") }
        return .ok(["proxy_address": .string(address)])
    }
}
