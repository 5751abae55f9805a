/// The calls of Conversations and Programmable Chat.
enum MessagingRoutes {
    static let routes: [RestRoute] =
        ConversationRoutes.routes + ConversationMessageRoutes.routes + ConversationSetupRoutes.routes
        + ChatRoutes.routes + ChatMessageRoutes.routes + ChatSetupRoutes.routes + MediaRoutes.routes

    /// A route of Conversations, which stands below `/v1` and below `/v1/Services/{service}`.
    static func both(
        _ method: RestMethod, _ pattern: String, _ handle: @escaping RestRoute.Handler
    ) -> [RestRoute] {
        [
            RestRoute(method, "conversations/v1/\(pattern)", handle),
            RestRoute(method, "conversations/v1/Services/{service}/\(pattern)", handle),
        ]
    }

    /// The same for a route that may ask a pre-event webhook first.
    static func both(
        _ method: RestMethod, asking pattern: String, _ handle: @escaping RestRoute.AskingHandler
    ) -> [RestRoute] {
        [
            RestRoute(method, asking: "conversations/v1/\(pattern)", handle),
            RestRoute(method, asking: "conversations/v1/Services/{service}/\(pattern)", handle),
        ]
    }

    /// A route of Programmable Chat, which has two hosts.
    static func chat(
        _ method: RestMethod, _ pattern: String, _ handle: @escaping RestRoute.Handler
    ) -> [RestRoute] {
        ["chat", "ip-messaging"].map { RestRoute(method, "\($0)/v2/\(pattern)", handle) }
    }
}
