/// The calls of Conversations and Programmable Chat.
enum MessagingRoutes {
    static let routes: [RestRoute] = []
}
