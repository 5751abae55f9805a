import Events
import Twilio
import TwilioREST

/// Where customers are looked up.
protocol CustomerSource: Sendable {
    /// What is known of one customer; nil when there is no such conversation.
    func facts(_ reference: CustomerReference) async throws -> CustomerFacts?
    /// The customers an agent talks to now.
    func customers(of agent: String) async throws -> [CustomerDirectory.Entry]
}

/// The conversations of both projects, through the pairs.
struct ProjectCustomers: CustomerSource {
    /// Conversations of one agent that are listed.
    static let maxConversations = 500
    /// In the Chat dialect, where each channel has to be asked for by itself, within the callback's time.
    static let maxChannels = 50

    let projects: BothSides<any MessagingProject>
    let app: TwilioClient
    let service: ChatServiceSID
    let links: SyncLinks
    let pairs: SyncPairs

    func facts(_ reference: CustomerReference) async throws -> CustomerFacts? {
        guard let sid = try? ConversationSID(reference.conversation),
            let conversation = try await projects.flex.conversation(sid)
        else { return nil }
        let participants = try await projects.flex.participants(in: sid)
        let record = try await record(of: sid)
        let agents = Set((record?.participants ?? []).filter { $0.role == .agent }.map(\.name))
        let customer =
            participants.first { $0.sid == reference.participant } ?? participants.first { $0.binding != nil }
            ?? participants.first { participant in
                participant.identity.map { !agents.contains(projects.flex.name(of: $0).text) } ?? false
            }
        var facts = CustomerFacts()
        facts.attributes = conversation.attributes
        facts.friendlyName = conversation.friendlyName
        facts.address = customer?.binding?.address
        facts.identity = customer?.identity
        facts.mobileConversation = record?.conversations.frontline?.text
        return facts
    }

    func customers(of agent: String) async throws -> [CustomerDirectory.Entry] {
        guard projects.frontline.dialect == .conversations else { return try await channels(of: agent) }
        let identity = projects.frontline.spelling(Identity(agent))
        var entries: [CustomerDirectory.Entry] = []
        for try await page in app.conversations(service).participantConversations(identity: identity) {
            for row in page where row.state != .closed {
                guard let flex = try await record(of: row.conversationSID)?.conversations.flex else { continue }
                entries.append(
                    CustomerDirectory.Entry(
                        reference: CustomerReference(conversation: flex.text),
                        displayName: row.friendlyName ?? row.uniqueName ?? "?",
                        avatar: row.attributes["avatar"]?.string))
            }
            if entries.count >= Self.maxConversations { break }
        }
        return Array(entries.prefix(Self.maxConversations))
    }

    /// The same in the Chat dialect: its list by person names channels, and nothing about them.
    private func channels(of agent: String) async throws -> [CustomerDirectory.Entry] {
        let user = projects.frontline.spelling(Identity(agent))
        let found: [ChatUserChannel]
        do throws(TwilioError) {
            found = try await app.chat(service).userChannels(user).all(limit: Self.maxConversations)
        } catch {
            // Who has never been in a channel is no user yet.
            guard error.isNotFound else { throw error }
            return []
        }
        var entries: [CustomerDirectory.Entry] = []
        for row in found where row.status == nil || row.status == "joined" {
            guard entries.count < Self.maxChannels else { break }
            guard let sid = try? ConversationSID(row.channelSID.text),
                let flex = try await record(of: sid)?.conversations.flex,
                let channel = try await projects.frontline.conversation(sid), channel.state == .active
            else { continue }
            entries.append(
                CustomerDirectory.Entry(
                    reference: CustomerReference(conversation: flex.text),
                    displayName: channel.friendlyName ?? channel.uniqueName ?? "?",
                    avatar: channel.attributes["avatar"]?.string))
        }
        return entries
    }

    private func record(of conversation: ConversationSID) async throws -> PairRecord? {
        guard let pair = try await links.pair(of: conversation) else { return nil }
        return try await pairs.entry(pair)?.record
    }
}
