// The resources whose identifiers the bus knows (reference: SID prefixes of the Twilio API).

/// Marks the identifiers of an account.
public enum AccountResource: SIDResource {
    public static let prefix: StaticString = "AC"
    public static let name: StaticString = "account"
}

/// Marks the identifiers of an activity.
public enum ActivityResource: SIDResource {
    public static let prefix: StaticString = "WA"
    public static let name: StaticString = "activity"
}

/// Marks the identifiers of a call.
public enum CallResource: SIDResource {
    public static let prefix: StaticString = "CA"
    public static let name: StaticString = "call"
}

/// Marks the identifiers of a chat channel.
public enum ChannelResource: SIDResource {
    public static let prefix: StaticString = "CH"
    public static let name: StaticString = "chat channel"
}

/// Marks the identifiers of a conversation or chat service.
public enum ChatServiceResource: SIDResource {
    public static let prefix: StaticString = "IS"
    public static let name: StaticString = "conversation or chat service"
}

/// Marks the identifiers of a conference.
public enum ConferenceResource: SIDResource {
    public static let prefix: StaticString = "CF"
    public static let name: StaticString = "conference"
}

/// Marks the identifiers of a conversation.
public enum ConversationResource: SIDResource {
    public static let prefix: StaticString = "CH"
    public static let name: StaticString = "conversation"
}

/// Marks the identifiers of a delivery receipt.
public enum DeliveryReceiptResource: SIDResource {
    public static let prefix: StaticString = "DY"
    public static let name: StaticString = "delivery receipt"
}

/// Marks the identifiers of an interaction.
public enum InteractionResource: SIDResource {
    public static let prefix: StaticString = "KD"
    public static let name: StaticString = "interaction"
}

/// Marks the identifiers of an interaction channel.
public enum InteractionChannelResource: SIDResource {
    public static let prefix: StaticString = "UO"
    public static let name: StaticString = "interaction channel"
}

/// Marks the identifiers of an invite.
public enum InviteResource: SIDResource {
    public static let prefix: StaticString = "KG"
    public static let name: StaticString = "invite"
}

/// Marks the identifiers of a media.
public enum MediaResource: SIDResource {
    public static let prefix: StaticString = "ME"
    public static let name: StaticString = "media"
}

/// Marks the identifiers of a chat member.
public enum MemberResource: SIDResource {
    public static let prefix: StaticString = "MB"
    public static let name: StaticString = "chat member"
}

/// Marks the identifiers of a message.
public enum MessageResource: SIDResource {
    public static let prefix: StaticString = "IM"
    public static let name: StaticString = "message"
}

/// Marks the identifiers of a participant.
public enum ParticipantResource: SIDResource {
    public static let prefix: StaticString = "MB"
    public static let name: StaticString = "participant"
}

/// Marks the identifiers of a recording.
public enum RecordingResource: SIDResource {
    public static let prefix: StaticString = "RE"
    public static let name: StaticString = "recording"
}

/// Marks the identifiers of a reservation.
public enum ReservationResource: SIDResource {
    public static let prefix: StaticString = "WR"
    public static let name: StaticString = "reservation"
}

/// Marks the identifiers of a role.
public enum RoleResource: SIDResource {
    public static let prefix: StaticString = "RL"
    public static let name: StaticString = "role"
}

/// Marks the identifiers of a task.
public enum TaskResource: SIDResource {
    public static let prefix: StaticString = "WT"
    public static let name: StaticString = "task"
}

/// Marks the identifiers of a task channel.
public enum TaskChannelResource: SIDResource {
    public static let prefix: StaticString = "TC"
    public static let name: StaticString = "task channel"
}

/// Marks the identifiers of a task queue.
public enum TaskQueueResource: SIDResource {
    public static let prefix: StaticString = "WQ"
    public static let name: StaticString = "task queue"
}

/// Marks the identifiers of a TaskRouter event.
public enum TaskRouterEventResource: SIDResource {
    public static let prefix: StaticString = "EV"
    public static let name: StaticString = "TaskRouter event"
}

/// Marks the identifiers of a user.
public enum UserResource: SIDResource {
    public static let prefix: StaticString = "US"
    public static let name: StaticString = "user"
}

/// Marks the identifiers of a worker.
public enum WorkerResource: SIDResource {
    public static let prefix: StaticString = "WK"
    public static let name: StaticString = "worker"
}

/// Marks the identifiers of a workflow.
public enum WorkflowResource: SIDResource {
    public static let prefix: StaticString = "WW"
    public static let name: StaticString = "workflow"
}

/// Marks the identifiers of a workspace.
public enum WorkspaceResource: SIDResource {
    public static let prefix: StaticString = "WS"
    public static let name: StaticString = "workspace"
}

/// `AC…`, an account.
public typealias AccountSID = SID<AccountResource>
/// `WA…`, an activity.
public typealias ActivitySID = SID<ActivityResource>
/// `CA…`, a call.
public typealias CallSID = SID<CallResource>
/// `CH…`, a chat channel.
public typealias ChannelSID = SID<ChannelResource>
/// `IS…`, a conversation or chat service.
public typealias ChatServiceSID = SID<ChatServiceResource>
/// `CF…`, a conference.
public typealias ConferenceSID = SID<ConferenceResource>
/// `CH…`, a conversation.
public typealias ConversationSID = SID<ConversationResource>
/// `DY…`, a delivery receipt.
public typealias DeliveryReceiptSID = SID<DeliveryReceiptResource>
/// `KD…`, an interaction.
public typealias InteractionSID = SID<InteractionResource>
/// `UO…`, an interaction channel.
public typealias InteractionChannelSID = SID<InteractionChannelResource>
/// `KG…`, an invite.
public typealias InviteSID = SID<InviteResource>
/// `ME…`, a media.
public typealias MediaSID = SID<MediaResource>
/// `MB…`, a chat member.
public typealias MemberSID = SID<MemberResource>
/// `IM…`, a message.
public typealias MessageSID = SID<MessageResource>
/// `MB…`, a participant.
public typealias ParticipantSID = SID<ParticipantResource>
/// `RE…`, a recording.
public typealias RecordingSID = SID<RecordingResource>
/// `WR…`, a reservation.
public typealias ReservationSID = SID<ReservationResource>
/// `RL…`, a role.
public typealias RoleSID = SID<RoleResource>
/// `WT…`, a task.
public typealias TaskSID = SID<TaskResource>
/// `TC…`, a task channel.
public typealias TaskChannelSID = SID<TaskChannelResource>
/// `WQ…`, a task queue.
public typealias TaskQueueSID = SID<TaskQueueResource>
/// `EV…`, a TaskRouter event.
public typealias TaskRouterEventSID = SID<TaskRouterEventResource>
/// `US…`, a user.
public typealias UserSID = SID<UserResource>
/// `WK…`, a worker.
public typealias WorkerSID = SID<WorkerResource>
/// `WW…`, a workflow.
public typealias WorkflowSID = SID<WorkflowResource>
/// `WS…`, a workspace.
public typealias WorkspaceSID = SID<WorkspaceResource>
