import Events

/// Conversations that an agent begins in the mobile app, in the documented half-built order: conversation, our address,
/// customer, agent.
extension World {
    /// The customer of a conversation that begins.
    struct AppCustomer: Sendable {
        var id: String
        /// `+…`, with `whatsapp:` before it or not.
        var address: String
        /// `sms` or `whatsapp`.
        var channel: String
        var name: String?

        /// The address as conversations have it.
        var bound: String {
            channel == "whatsapp" && !address.hasPrefix("whatsapp:") ? "whatsapp:" + address : address
        }
    }

    /// The first step: a conversation with nobody in it.
    ///
    /// - Returns: Its SID.
    mutating func beginFromApp(worker: String, customer: AppCustomer) throws(TwilioProblem) -> String {
        var draft = ConversationDraft()
        draft.friendlyName = customer.name ?? customer.address
        let position = try createConversation(draft, service: messaging.defaultServiceSID, origin: .sdk(worker))
        return messaging[position].sid
    }

    /// The further steps, each a moment after the other; a conversation that is gone meanwhile stays so.
    ///
    /// - Parameters:
    ///   - sid: The conversation.
    ///   - worker: The agent's identity.
    ///   - customer: Whom he writes to.
    ///   - proxy: Our address.
    mutating func fillFromApp(_ sid: String, worker: String, customer: AppCustomer, proxy: String) {
        let origin = Origin.sdk(worker)
        after(.milliseconds(30)) { world in
            guard let position = world.messaging.find(sid, service: nil) else { return }
            var participant = ParticipantDraft()
            participant.binding = MessagingBinding(address: customer.bound, proxyAddress: proxy)
            participant.attributes =
                JSONValue.object(
                    JSONObject([
                        ("customer_id", .string(customer.id)),
                        ("display_name", .string(customer.name ?? customer.address)),
                    ])
                ).description
            _ = try? world.addParticipant(participant, to: position, origin: origin)
        }
        after(.milliseconds(60)) { world in
            guard let position = world.messaging.find(sid, service: nil) else { return }
            var participant = ParticipantDraft()
            participant.identity = worker
            _ = try? world.addParticipant(participant, to: position, origin: origin)
        }
    }

    /// Our address where nobody is asked for it.
    func ownAddress(_ channel: String) -> String {
        channel == "whatsapp" ? "whatsapp:" + project.whatsAppNumber : project.number
    }
}
