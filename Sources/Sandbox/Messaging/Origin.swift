/// Who made a change, and so whether webhooks tell of it.
struct Origin: Sendable {
    /// `Source` of the webhook: `API`, `SDK`, `SMS` or `WHATSAPP`.
    let source: String
    /// `ClientIdentity`: only SDK users have one.
    let identity: String?
    /// Whether webhooks fire: always for people, for REST only when the request asks for it.
    let fires: Bool

    /// A REST request.
    static func rest(_ request: RestRequest) -> Origin {
        Origin(source: "API", identity: nil, fires: request.echoesWebhooks)
    }

    /// Someone at an app or a page.
    static func sdk(_ identity: String) -> Origin {
        Origin(source: "SDK", identity: identity, fires: true)
    }

    /// A customer's phone.
    static func carrier(_ kind: MessagingBinding.Kind) -> Origin {
        Origin(source: kind == .sms ? "SMS" : "WHATSAPP", identity: nil, fires: true)
    }

    /// Flex, a timer or another part of the platform.
    static let platform = Origin(source: "API", identity: nil, fires: true)
}
