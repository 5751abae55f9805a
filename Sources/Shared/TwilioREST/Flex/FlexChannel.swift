public import Events

/// A Flex channel of the old dialect.
public struct FlexChannel: Hashable, Sendable, TwilioResource {
    /// The chat channel.
    public let sid: ChannelSID
    public let flexFlowSID: String?
    public let userSID: UserSID?
    public let taskSID: TaskSID?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        flexFlowSID = fields.optionalText("flex_flow_sid")
        userSID = fields.optionalSID("user_sid")
        taskSID = fields.optionalSID("task_sid")
    }
}
