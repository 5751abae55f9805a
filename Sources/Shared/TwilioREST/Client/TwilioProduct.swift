/// A product of the provider that has a host of its own.
///
/// The raw value is the first part of the host name: `https://conversations.twilio.com`.
public enum TwilioProduct: String, CaseIterable, Hashable, Sendable {
    case conversations
    /// Programmable Chat, retired but for those who still have it.
    case chat
    case taskRouter = "taskrouter"
    case flex = "flex-api"
    case frontline = "frontline-api"
    case proxy
    case sync
    case serverless
    case serverlessUpload = "serverless-upload"
    /// The API of 2010: calls and conferences.
    case api
    /// Voice settings: dialling permissions.
    case voice
    case iam
    /// The media content host.
    case media = "mcs.us1"
}
