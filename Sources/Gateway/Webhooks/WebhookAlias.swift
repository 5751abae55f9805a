import Twilio

/// Paths of the samples that Patchbay replaces: whoever runs one today only changes the host.
///
/// They carry no project, so the body's `AccountSid` selects it; the signature must then verify with that project's
/// token.
enum WebhookAlias: String, CaseIterable, Sendable {
    case taskRouterHandler = "/taskrouter-handler"
    case frontlineToChat = "/frontline-to-chat"
    case chatToFrontline = "/chat-to-frontline"

    var family: WebhookFamily {
        switch self {
        case .taskRouterHandler: .taskrouter
        case .frontlineToChat: .conversations
        case .chatToFrontline: .chat
        }
    }
}
