import Events

extension World {
    /// The open web chats, in the order in which they began; their visitors are their first participants.
    var webChats: [String] {
        messaging.conversations.compactMap { conversation in
            guard let conversation, conversation.state != .closed,
                conversation.participants.first?.identity?.hasPrefix("anonymous-") == true
            else { return nil }
            return conversation.sid
        }
    }

    /// Lets the customers of these conversations write, in turn, each message's text being its number.
    mutating func gather(_ crowd: Crowd) {
        guard !crowd.isDone else { return }
        after(Crowd.turn) { world in
            var crowd = crowd
            for number in crowd.due(now: world.clock) {
                world.write(number, in: crowd.conversations[number % crowd.conversations.count])
            }
            world.gather(crowd)
        }
    }

    /// One message of the crowd; a conversation that takes none any more is passed over.
    private mutating func write(_ number: Int, in sid: String) {
        guard let position = messaging.find(sid, service: nil),
            let author = messaging[position].participants.first?.identity
        else { return }
        var draft = MessageDraft()
        draft.author = author
        draft.body = "message \(number)"
        _ = try? postMessage(draft, in: position, origin: .sdk(author))
    }
}
