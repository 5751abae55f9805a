/// What a project has of Conversations and Programmable Chat: one store, read and written in both dialects.
struct MessagingState: Sendable {}

extension World {
    /// Makes what the project begins with.
    mutating func seedMessaging() {}

    /// What `GET /sandbox/v1/world` shows of messaging.
    func describeMessaging(_ json: inout JSONFields) {}
}
