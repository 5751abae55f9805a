import Events

/// Decides which events of the two projects say that there is something to do for a pair, and for which.
///
/// Pure: the owner looks up the pair of the conversation that ``conversation(of:)`` names.
struct Doorbell: Sendable {
    /// What an event is about.
    struct Subject: Hashable, Sendable {
        var side: Side
        var conversation: ConversationSID
    }

    enum Decision: Hashable, Sendable {
        case ring(PumpEvent)
        case ignore(Reason)
    }

    /// Why an event rings nothing.
    enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Of a project or about a thing that is not ours.
        case foreign
        /// Of a conversation that has no pair and begins none.
        case unlinked
        /// Our own copy.
        case copy
        /// Nothing that the other side needs to know.
        case irrelevant
    }

    /// A message with a longer document is listed instead of carried along, in bytes.
    static let inlineLimit = 8_192
    /// What the group of doorbells reads.
    static let filters = [
        "message.>", "conversation.>", "participant.>", "delivery.>", "task.accepted", "task.wrapping",
        "task.completed", "task.canceled", "task.transferred", "twilio.conversations.onParticipantUpdated",
        "twilio.chat.onMemberUpdated",
    ]

    /// `/twilio/<project>` → side.
    private let sides: [String: Side]
    private let dialects: BothSides<Dialect>
    private let areReceiptsOn: Bool

    init(projects: BothSides<String>, dialects: BothSides<Dialect>, areReceiptsOn: Bool = true) {
        sides = ["/twilio/\(projects.flex)": .flex, "/twilio/\(projects.frontline)": .frontline]
        self.dialects = dialects
        self.areReceiptsOn = areReceiptsOn
    }

    /// The conversation that an event is about; nil: it is about none of ours.
    func conversation(of event: Event, data: JSONValue) -> Subject? {
        guard let side = sides[event.source.path] else { return nil }
        var sid = data["conversationSid"]?.string
        if sid == nil, side == .flex {
            let attributes = data["taskAttributes"]
            sid = attributes?["conversationSid"]?.string ?? attributes?["channelSid"]?.string
        }
        guard let conversation = sid.flatMap({ try? ConversationSID($0) }) else { return nil }
        return Subject(side: side, conversation: conversation)
    }

    /// Decides about an event at an offset of the journal, which took it at `time` (nanoseconds since 1970); `pair` is
    /// that of its conversation, where it has one.
    func decide(
        _ event: Event, data: JSONValue, subject: Subject, pair: ConversationSID?, offset: UInt64, time: UInt64
    ) -> Decision {
        guard let reason = reason(of: event.topic.name, data: data, subject: subject, isLinked: pair != nil) else {
            return .ignore(pair == nil ? .unlinked : .irrelevant)
        }
        var ring = PumpEvent(pair: pair ?? subject.conversation, side: subject.side, reason: reason)
        ring.cause = offset
        ring.causeTime = time
        ring.conversation = subject.conversation
        ring.messageSID = data["messageSid"]?.string.flatMap { try? MessageSID($0) }
        ring.index = data["index"]?.integer.map(Int.init)
        switch reason {
        case .message, .appeared:
            guard event.topic.name == "message.added" else { break }
            let attributes = data["attributes"]?.object ?? JSONObject()
            // Means two and one of loop prevention: the tag, whatever the webhooks do.
            if MirrorTag(attributes) != nil { return .ignore(.copy) }
            if reason == .message { ring.message = message(data, attributes, ring) }
        case .edit:
            if data["attributes"]?.object.flatMap(MirrorTag.init) != nil { return .ignore(.copy) }
        case .accepted, .ended, .transfer, .participant, .state, .attributes, .read, .receipt:
            ring.details = details(data)
        case .removal, .repair: break
        }
        return .ring(ring)
    }

    private func reason(of topic: String, data: JSONValue, subject: Subject, isLinked: Bool) -> PumpReason? {
        if !isLinked {
            if topic == "task.accepted" { return data["taskChannelUniqueName"]?.string == "voice" ? nil : .accepted }
            let mayBegin = ["conversation.added", "conversation.updated", "participant.added", "message.added"]
            return subject.side == .frontline && mayBegin.contains(topic) ? .appeared : nil
        }
        switch topic {
        case "message.added": return .message
        case "message.updated": return .edit
        case "message.removed": return .removal
        case "delivery.updated": return areReceiptsOn ? .receipt : nil
        case "twilio.conversations.onParticipantUpdated", "twilio.chat.onMemberUpdated":
            return areReceiptsOn && data["lastReadMessageIndex"]?.integer != nil ? .read : nil
        case "participant.added", "participant.removed": return .participant
        case "conversation.closed", "conversation.added": return .state
        case "conversation.updated":
            // Chat has no states: what Flex writes there is the attribute `status`.
            if data["stateTo"] != nil { return .state }
            let isChat = dialects[subject.side] == .chat
            return isChat && data["attributes"]?["status"]?.string == "INACTIVE" ? .state : .attributes
        case "task.accepted": return .accepted
        case "task.wrapping", "task.completed", "task.canceled": return .ended
        case "task.transferred": return .transfer
        default: return nil
        }
    }

    /// The message as it came with the webhook, if it is all there: small, and without files.
    private func message(_ data: JSONValue, _ attributes: JSONObject, _ ring: PumpEvent) -> ProjectMessage? {
        guard let sid = ring.messageSID, let index = ring.index, let body = data["body"]?.string,
            let author = data["author"]?.string, !author.isEmpty, data["mediaSid"] == nil,
            data["media"]?.array?.isEmpty ?? true, data["raw"]?["Media"] == nil, data["raw"]?["Attributes"] == nil,
            body.utf8.count <= Self.inlineLimit
        else { return nil }
        return ProjectMessage(
            sid: sid, index: index, author: author, body: body, attributes: attributes,
            dateCreated: data["dateCreated"]?.string.flatMap { try? Timestamp(rfc3339: $0) })
    }

    /// The cause's data but for what is large and what stands beside it.
    private func details(_ data: JSONValue) -> JSONObject {
        var details = data.object ?? JSONObject()
        for name in ["dialect", "accountSid", "body", "raw"] { details[name] = nil }
        return details
    }
}
