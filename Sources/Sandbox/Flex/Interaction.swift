import Events

/// One contact of a customer, on one channel; agents come and go on it by invites.
struct Interaction: Sendable {
    /// How it came about.
    enum Initiator: String, Sendable { case customer, agent, api }

    enum ChannelStatus: String, Sendable { case setup, active, failed, closed, inactive }

    /// An agent asked to join: a task of its own.
    struct Invite: Sendable {
        let sid: String
        let taskSID: String
        /// The routing as it was asked for.
        let routing: JSONValue
        /// The transfer it belongs to.
        var transferSID: String?
        /// The worker who took it.
        var workerSID: String?
    }

    /// Someone on the channel; agents are known by the invite that brought them.
    struct Party: Sendable {
        let sid: String
        let type: String
        let taskSID: String?
        /// The conversation's participant.
        var participantSID: String?
        var isClosed = false
    }

    /// An agent hands over to another.
    struct Transfer: Sendable {
        let sid: String
        /// `warm` keeps the first agent, `cold` lets him go at once.
        let type: String
        var status: String
        /// The party who hands over.
        let from: String
        let to: JSONValue
        let taskSID: String?
        let createdAt: Timestamp
        var updatedAt: Timestamp
    }

    let sid: String
    let channelSID: String
    let type: String
    let initiator: Initiator
    let conversationSID: String
    /// Channel and routing as they were asked for.
    let channel: JSONValue
    let routing: JSONValue
    var status = ChannelStatus.setup
    var invites: [Invite] = []
    var parties: [Party] = []
    var transfers: [Transfer] = []

    /// Agents who are on it.
    var agents: [Party] { parties.filter { $0.type == "agent" && !$0.isClosed } }
}
