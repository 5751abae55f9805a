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
        guard projects.frontline.dialect == .conversations else { return [] }
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

    private func record(of conversation: ConversationSID) async throws -> PairRecord? {
        guard let pair = try await links.pair(of: conversation) else { return nil }
        return try await pairs.entry(pair)?.record
    }
}
