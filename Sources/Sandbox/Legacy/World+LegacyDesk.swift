import Events
import Twilio

/// What the desk of the old Flex does with a chat channel: the browser joins and leaves it, not the platform.
extension World {
    /// The channel of a task of the old Flex, and the member that its worker is there.
    private func legacyPlace(of reservation: Reservation) -> (position: Int, worker: Worker, identity: String)? {
        guard project.dialect == .chat, let task = taskRouter.workspace.tasks[reservation.taskSID],
            flex.interactionOf[task.sid] == nil, let channel = task.attributes["channelSid"]?.string,
            let position = messaging.find(channel, service: nil),
            let worker = taskRouter.workspace.workers[reservation.workerSID]
        else { return nil }
        return (position, worker, EscapedIdentity(Identity(worker.identity)).text)
    }

    /// Somebody at the desk takes a chat: he joins the channel under his escaped identity.
    mutating func legacyDeskTakes(_ reservation: Reservation) {
        guard let place = legacyPlace(of: reservation) else { return }
        let attributes: JSONValue = ["member_type": "agent"]
        _ = try? addParticipant(
            ParticipantDraft(identity: place.identity, attributes: attributes.description), to: place.position,
            origin: .sdk(place.identity))
    }

    /// Somebody at the desk ends a chat: he leaves, and with the last agent the Janitor marks the channel inactive.
    mutating func legacyDeskEnds(_ reservation: Reservation) {
        guard let place = legacyPlace(of: reservation) else { return }
        let origin = Origin.sdk(place.identity)
        if let at = messaging[place.position].participant(identity: place.identity) {
            try? removeParticipant(messaging[place.position].participants[at].sid, from: place.position, origin: origin)
        }
        let isLast = !messaging[place.position].participants.contains { $0.attributes.contains("\"agent\"") }
        guard isLast,
            var attributes = (try? JSONValue(parsing: Array(messaging[place.position].attributes.utf8)))?.object
        else { return }
        attributes["status"] = "INACTIVE"
        try? updateConversation(
            place.position, ConversationDraft(attributes: JSONValue.object(attributes).description), origin: .platform)
    }
}
