import Events
import Twilio
import TwilioREST

/// Conversations that agents begin, where Flex speaks Programmable Chat (FF-13): a FlexFlow makes the channel together
/// with its task, and a Proxy session carries what is written there to the customer's telephone.
///
/// Everything has a name by which a repeat finds it: the flow its friendly name, the channel the pair's unique name, the
/// session the channel's SID. Without `proxy_service_sid` no telephone can be reached: then the customer stays in the app's conversation.
extension TaskRouterWork {
    func counterpart(
        _ post: ConversationPost, agent: String, customer: OutgoingMove.Customer, in project: any MessagingProject
    ) async throws -> (ProjectConversation, isAdopted: Bool)? {
        guard side.dialect == .chat, side.proxyServiceSID != nil, let workflow = side.workflowSID,
            let binding = customer.binding
        else { return nil }
        // Looked for first: a create that is refused because the channel is there has made no second task.
        if let present = try await project.find(uniqueName: post.uniqueName) { return (present, true) }
        let flow = try await flow(for: Self.channel(customer), workflow: workflow)
        let worker = try await client.taskRouter(side.workspaceSID).findWorker(friendlyName: agent)
        let identity = EscapedIdentity(Identity(binding.address)).text
        let draft = FlexChannelDraft(
            flexFlowSID: flow, identity: identity, chatUserFriendlyName: post.friendlyName ?? binding.address,
            chatFriendlyName: post.friendlyName ?? binding.address, target: binding.address,
            chatUniqueName: post.uniqueName,
            taskAttributes: TwilioAttributes(attributes(agent, worker, customer)))
        do throws(TwilioError) {
            _ = try await client.flexChannels.create(draft)
        } catch {
            guard error.isConflict || error.mayHaveTakenEffect else { throw error }
        }
        guard let made = try await project.find(uniqueName: post.uniqueName) else {
            throw TwilioError.unanswered(reason: "the Flex channel that was made is not there yet")
        }
        let mark = post.attributes
        _ = try await project.mergeAttributes(made.sid) { attributes in
            for member in mark.members { attributes[member.name] = member.value }
        }
        return (made, false)
    }

    var isConnecting: Bool { side.proxyServiceSID != nil }

    func connect(_ record: PairRecord, _ binding: ProjectParticipant.Binding) async throws {
        guard side.dialect == .chat, let service = side.proxyServiceSID, let channel = record.conversations.flex else {
            return
        }
        let proxy = client.proxy(service)
        let number = numbers.proxy(for: binding.type) ?? binding.proxyAddress
        let parties = [channel.text, binding.address].map {
            ProxyParticipantDraft(identifier: $0, proxyIdentifier: number)
        }
        let session: ProxySession
        if let present = try await proxy.find(channel.text) {
            session =
                present.status == "closed" ? try await proxy.update(present.sid, status: "in-progress") : present
        } else {
            do throws(TwilioError) {
                session = try await proxy.create(
                    ProxySessionDraft(uniqueName: channel.text, mode: "message-only", participants: parties))
            } catch {
                guard error.isConflict, let present = try await proxy.find(channel.text) else { throw error }
                session = present
            }
        }
        let there = Set(try await proxy.participants(session.sid).all(limit: 100).compactMap(\.identifier))
        for party in parties where !there.contains(party.identifier) {
            try await add(party, to: session.sid, of: proxy)
        }
        try await note(session, of: record, service: service)
    }

    /// Without the session the telephone's number is free for another one, and nothing of the channel is sent there.
    func disconnect(_ record: PairRecord) async throws {
        guard side.dialect == .chat, let service = side.proxyServiceSID, let channel = record.conversations.flex,
            let session = try await client.proxy(service).find(channel.text)
        else { return }
        _ = try await client.proxy(service).delete(session.sid)
    }

    /// Adds a party; a conflict is no success unless he is there: his number may be busy in another session.
    private func add(
        _ party: ProxyParticipantDraft, to session: String, of proxy: ProxyService
    ) async throws(TwilioError) {
        do throws(TwilioError) {
            _ = try await proxy.addParticipant(session, party)
        } catch {
            guard error.isConflict,
                try await proxy.participants(session).all(limit: 100).contains(where: {
                    $0.identifier == party.identifier
                })
            else { throw error }
        }
    }

    /// The links that the samples write into a channel's attributes.
    private func note(_ session: ProxySession, of record: PairRecord, service: String) async throws {
        guard let channel = record.conversations.flex, let sid = try? ChannelSID(channel.text) else { return }
        let chat = client.chat(side.serviceSID)
        guard let present = try await chat.find(sid) else { return }
        var attributes = present.attributes.object
        attributes["proxySession"] = .string(session.sid)
        attributes["proxyServiceSid"] = .string(service)
        attributes["ConversationSid"] = record.conversations.frontline.map { .string($0.text) }
        guard attributes != present.attributes.object else { return }
        _ = try await chat.update(sid, ChannelDraft(attributes: TwilioAttributes(attributes)), webhooks: false)
    }

    /// The flow of a kind of channel, by its name; made when there is none.
    private func flow(for kind: String, workflow: String) async throws(TwilioError) -> String {
        let name = kind == "whatsapp" ? "Outbound WhatsApp" : "Outbound SMS"
        let found = try await client.flexFlows.list(friendlyName: name).first {
            $0.friendlyName == name && $0.chatServiceSID?.text == side.serviceSID.text
        }
        if let found { return found.sid }
        let draft = FlexFlowDraft(
            friendlyName: name, chatServiceSID: side.serviceSID, channelType: kind, isEnabled: false,
            integrationType: "task", workspaceSID: side.workspaceSID, workflowSID: try? WorkflowSID(workflow),
            taskChannel: side.taskChannel, hasJanitor: true)
        return try await client.flexFlows.create(draft).sid
    }
}
