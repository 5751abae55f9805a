/// One webhook configuration that Patchbay needs, on one side of the sync.
struct Route: Hashable, Sendable {
    enum Kind: String, Hashable, Sendable {
        case conversations, chat, taskrouter
    }

    /// `flex` or `frontline`, as in `sync.sides`.
    let side: String
    /// The project's name in `gateway.projects`.
    let project: String
    let kind: Kind
    /// The service or workspace.
    let sid: String
    let wanted: RouteValues

    /// `flex/taskrouter`.
    var name: String { "\(side)/\(kind.rawValue)" }

    /// How often a webhook is sent again, and after what: refused or cut connections, timeouts and 5xx answers.
    ///
    /// The provider's default repeats only after a connection that could not be made, so that an answer of 503 while the
    /// bus is away would lose the event.
    static let overrides = "#rc=5&rp=ct,rt,5xx"
    /// Programmable Chat repeats after a timeout, 429, 503 and 504 when this is set.
    static let chatRetryCount = 3

    /// A route with the values that make its webhooks arrive here.
    ///
    /// - Parameters:
    ///   - side: `flex` or `frontline`.
    ///   - project: Its name in `gateway.projects`.
    ///   - kind: Which family.
    ///   - sid: The service or workspace.
    ///   - publicURL: `gateway.public_url`, without a slash at its end.
    init(side: String, project: String, kind: Kind, sid: String, publicURL: String) {
        self.side = side
        self.project = project
        self.kind = kind
        self.sid = sid
        let url = "\(publicURL)/webhooks/twilio/\(project)/\(kind.rawValue)"
        switch kind {
        case .conversations:
            wanted = RouteValues(url: url + Self.overrides, method: "POST", filters: Self.conversationEvents)
        case .chat:
            wanted = RouteValues(
                url: url, method: "POST", filters: Self.chatEvents, retryCount: Self.chatRetryCount)
        case .taskrouter: wanted = RouteValues(url: url + Self.overrides, filters: Self.taskRouterEvents)
        }
    }

    static let conversationEvents = [
        "onConversationAdded", "onConversationUpdated", "onConversationRemoved", "onConversationStateUpdated",
        "onMessageAdded", "onMessageUpdated", "onMessageRemoved", "onParticipantAdded", "onParticipantUpdated",
        "onParticipantRemoved", "onDeliveryUpdated",
    ]

    static let chatEvents = [
        "onMessageSent", "onMediaMessageSent", "onMessageUpdated", "onMessageRemoved", "onChannelAdded",
        "onChannelUpdated", "onChannelDestroyed", "onMemberAdded", "onMemberUpdated", "onMemberRemoved",
    ]

    static let taskRouterEvents = [
        "task.created", "task.updated", "task.canceled", "task.wrapup", "task.completed", "task.deleted",
        "task.system-deleted", "task.transfer-completed", "reservation.created", "reservation.accepted",
        "reservation.rejected", "reservation.timeout", "reservation.canceled", "reservation.rescinded",
        "reservation.wrapup", "reservation.completed", "worker.activity.update", "worker.attributes.update",
    ]
}
