/// The calls of Flex Interactions, web chats and Frontline users.
enum FlexRoutes {
    static let routes: [RestRoute] = []
}
