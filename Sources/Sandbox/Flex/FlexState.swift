/// What a project has of Flex Interactions, web chats and Frontline users.
struct FlexState: Sendable {}

extension World {
    /// Makes what the project begins with.
    mutating func seedFlex() {}
}
