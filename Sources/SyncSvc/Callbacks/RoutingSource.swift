import Events
import Twilio
import TwilioREST

/// What routing an incoming conversation asks of the app's project, and writes there.
protocol RoutingSource: Sendable {
    /// Who is in a conversation; nil: there is none.
    func participants(in conversation: ConversationSID) async throws(TwilioError) -> [ProjectParticipant]?
    /// Agents who talked with somebody of this address in other conversations, the last one first.
    func agents(of address: String, besides conversation: ConversationSID) async throws(TwilioError) -> [String]
    /// Workers whose activity is an available one, for longest first.
    func availableWorkers() async throws(TwilioError) -> [String]
    /// Idempotent: who is there already stays.
    func add(_ worker: String, to conversation: ConversationSID) async throws(TwilioError)
}

/// The mobile app's project.
struct ProjectRouting: RoutingSource {
    /// Conversations of the customer that are looked at for who talked with him, the newest.
    static let conversations = 5
    /// Workers that are listed.
    static let workers = 100

    let project: any MessagingProject
    let client: TwilioClient
    let service: ChatServiceSID
    let workspace: WorkspaceSID

    func participants(in conversation: ConversationSID) async throws(TwilioError) -> [ProjectParticipant]? {
        do throws(TwilioError) {
            return try await project.participants(in: conversation)
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }

    func agents(of address: String, besides conversation: ConversationSID) async throws(TwilioError) -> [String] {
        guard project.dialect == .conversations else { return [] }
        // After his conversation has moved to the desk the customer is an identity there, with the address for a name.
        let api = client.conversations(service)
        var rows = try await api.participantConversations(address: address).first(count: Self.conversations)
        rows += try await api.participantConversations(identity: project.spelling(Identity(address)))
            .first(count: Self.conversations)
        let newest = rows.sorted { ($0.dateUpdated?.unixNanoseconds ?? 0) > ($1.dateUpdated?.unixNanoseconds ?? 0) }
        var agents: [String] = []
        for row in newest.prefix(Self.conversations) where row.conversationSID != conversation {
            guard let present = try await participants(in: row.conversationSID),
                let identity = PairingReaction.agent(present)?.identity
            else { continue }
            let name = project.name(of: identity).text
            if !agents.contains(name) { agents.append(name) }
        }
        return agents
    }

    func availableWorkers() async throws(TwilioError) -> [String] {
        let workers = try await client.taskRouter(workspace).workers(WorkerQuery(available: true))
            .first(count: Self.workers)
        let idle = workers.filter(\.isAvailable).sorted {
            ($0.dateStatusChanged?.unixNanoseconds ?? 0, $0.friendlyName) < (
                $1.dateStatusChanged?.unixNanoseconds ?? 0, $1.friendlyName
            )
        }
        return idle.map(\.friendlyName)
    }

    func add(_ worker: String, to conversation: ConversationSID) async throws(TwilioError) {
        _ = try await project.add(
            ParticipantPost(identity: project.spelling(Identity(worker))), to: conversation)
    }
}

extension Pages {
    /// The first entries, at most `count`: no page more is asked for than they need.
    fileprivate func first(count: Int) async throws(TwilioError) -> [Entry] {
        var entries: [Entry] = []
        for try await page in self {
            entries += page
            if entries.count >= count { break }
        }
        return Array(entries.prefix(count))
    }
}
