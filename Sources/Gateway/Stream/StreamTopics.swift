/// What the event stream carries, and for whom.
///
/// Decided by topic and ordering key, which travel beside the document: nobody parses one.
enum StreamTopics {
    /// Edits and versions of the directory: for everybody.
    static let directory = "extensions."
    /// What happens to one agent, whose id is the ordering key: for him alone.
    static let personal: Set<String> = [
        "agent.updated", "dial.accepted", "dial.refused", "interaction.updated", "pop.requested",
    ]
    /// What is read from the journal.
    static let filters = ["\(directory)>"] + personal.sorted()
    /// What rings the doorbell, as the tap's prefixes.
    static let prefixes = [directory] + personal.sorted()

    enum Audience: Hashable, Sendable {
        case everyone
        /// The one whose token has this subject.
        case subject(String)
        case nobody
    }

    static func audience(topic: String, key: @autoclosure () -> String) -> Audience {
        if personal.contains(topic) { return .subject(key()) }
        return topic.hasPrefix(directory) ? .everyone : .nobody
    }
}
