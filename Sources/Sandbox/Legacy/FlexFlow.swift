import Events

/// How the old Flex turns channels into tasks.
struct FlexFlow: Hashable, Sendable {
    let sid: String
    var friendlyName: String
    var chatServiceSID: String
    var channelType: String
    var contactIdentity: String?
    var isEnabled: Bool
    /// `task`, `studio` or `external`.
    var integrationType: String
    var workflowSID: String?
    /// A task channel's SID or unique name.
    var taskChannel: String?
    var isLongLived: Bool
    var hasJanitor: Bool
    let createdAt: Timestamp
}

/// A channel that a FlexFlow made.
struct FlexChannel: Hashable, Sendable {
    /// The channel's own SID, `CH…`.
    let sid: String
    let flowSID: String
    let userSID: String
    let taskSID: String?
    let createdAt: Timestamp
}
