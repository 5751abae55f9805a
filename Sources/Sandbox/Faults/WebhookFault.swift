/// What is done to one webhook.
struct WebhookFault: Hashable, Sendable {
    var isDropped = false
    var isDuplicated = false
    var delay: Duration?
    /// When the second of two copies goes.
    var duplicateDelay: Duration = .zero

    static let none = WebhookFault()
}
