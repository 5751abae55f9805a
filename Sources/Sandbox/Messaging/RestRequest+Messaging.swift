import Events
import Twilio

/// How requests of both dialects name things and describe what they want.
extension RestRequest {
    /// The service of the path, else the project's default one.
    func service(_ world: World) throws(TwilioProblem) -> String {
        guard let named = captures.first(where: { $0.name == "service" })?.value else {
            return world.messaging.defaultServiceSID
        }
        if world.messaging.service(named) == nil { throw .notFound("/Services/\(named)") }
        return named
    }

    /// The conversation that the path names, by SID or unique name.
    func conversation(_ world: World) throws(TwilioProblem) -> Int {
        let reference = self["conversation"]
        guard let position = world.messaging.find(reference, service: try service(world)) else {
            throw .notFound(path)
        }
        return position
    }

    /// The participant that the path names, by SID or identity.
    func participant(_ world: World, in position: Int) throws(TwilioProblem) -> Participant {
        let reference = self["participant"]
        let found = world.messaging[position].participants.first { $0.sid == reference || $0.identity == reference }
        guard let found else { throw .notFound(path) }
        return found
    }

    func duration(_ name: String) throws(TwilioProblem) -> Duration? {
        guard let text = text(name), !text.isEmpty else { return nil }
        guard let duration = Duration(iso8601: text) else { throw .invalid(name, "it is an ISO 8601 duration") }
        return duration
    }

    func conversationDraft() throws(TwilioProblem) -> ConversationDraft {
        var draft = ConversationDraft()
        draft.friendlyName = text("FriendlyName")
        draft.uniqueName = text("UniqueName").flatMap { $0.isEmpty ? nil : $0 }
        draft.attributes = text("Attributes")
        if let state = text("State") {
            guard let known = Conversation.State(rawValue: state) else {
                throw .invalid("State", "it is initializing, active, inactive or closed")
            }
            draft.state = known
        }
        draft.messagingServiceSID = text("MessagingServiceSid")
        draft.createdBy = text("CreatedBy")
        draft.created = try date("DateCreated")
        draft.updated = try date("DateUpdated")
        draft.inactiveAfter = try duration("Timers.Inactive")
        draft.closedAfter = try duration("Timers.Closed")
        return draft
    }

    func participantDraft() throws(TwilioProblem) -> ParticipantDraft {
        var draft = ParticipantDraft()
        draft.identity = text("Identity")
        if let address = text("MessagingBinding.Address") {
            guard let proxy = text("MessagingBinding.ProxyAddress") else {
                throw .missing("MessagingBinding.ProxyAddress")
            }
            draft.binding = MessagingBinding(
                address: address, proxyAddress: proxy, projectedAddress: text("MessagingBinding.ProjectedAddress"))
        }
        draft.attributes = text("Attributes")
        draft.roleSID = text("RoleSid")
        draft.created = try date("DateCreated")
        draft.updated = try date("DateUpdated")
        let read = text("LastReadMessageIndex") != nil ? "LastReadMessageIndex" : "LastConsumedMessageIndex"
        draft.lastReadIndex = try int(read, in: 0...Int.max)
        let time = text("LastReadTimestamp") != nil ? "LastReadTimestamp" : "LastConsumptionTimestamp"
        draft.lastRead = try date(time)
        return draft
    }

    func messageDraft(author: String) throws(TwilioProblem) -> MessageDraft {
        var draft = MessageDraft()
        draft.author = text(author)
        draft.body = text("Body")
        draft.subject = text("Subject")
        draft.attributes = text("Attributes")
        draft.media = all("MediaSid")
        draft.created = try date("DateCreated")
        draft.updated = try date("DateUpdated")
        draft.lastUpdatedBy = text("LastUpdatedBy")
        return draft
    }

    /// The index in a page token of messages: `PA` and the index of the last message of the page before.
    func messageToken() throws(TwilioProblem) -> Int? {
        guard let token = query.first("PageToken") else { return nil }
        guard token.hasPrefix("PA"), let index = Int(token.dropFirst(2)) else {
            throw .invalid("PageToken", "it comes from next_page_url")
        }
        return index
    }

    /// One page of the messages of a conversation, by `Order`.
    func messagePage(_ world: World, in position: Int) throws(TwilioProblem) -> Page<Message> {
        let size = try pageSize(maxSize: 100)
        let isDescending = query.first("Order") == "desc"
        let after = try messageToken()
        let (items, hasMore) = world.messaging[position].messages.page(
            after: after, isDescending: isDescending, limit: size)
        return Page(self, items: items, size: size, nextToken: hasMore ? items.last.map { "PA\($0.index)" } : nil)
    }
}
