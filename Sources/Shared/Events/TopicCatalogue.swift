/// Every topic of the product: the single source of the topic table, the AsyncAPI document and validation.
///
/// The bus carries topics that are not here too: unknown ones are passed on, never an error.
public enum TopicCatalogue {
    /// What the catalogue says about one topic.
    public struct Entry: Hashable, Sendable {
        /// The topic.
        public let topic: Topic
        /// Heading in the tables.
        public let group: String
        /// Who publishes it.
        public let publishers: [String]
        /// What its ordering key is.
        public let key: KeyRule
        /// What it says, in one sentence.
        public let summary: String
        /// Fields that its data always has.
        public let requiredData: [String]
        /// Whether it is a request, with an expiry, rather than a fact.
        public let isImperative: Bool
    }

    /// What the ordering key of a topic is taken from (rule G-4).
    public enum KeyRule: String, Hashable, Sendable {
        case task, worker, conversation, user, call, agent, pair, interaction, directory, process
    }

    /// A family of topics named by the provider, for events that have no topic of their own.
    public struct PassThrough: Hashable, Sendable {
        /// The filter that matches the family.
        public let filter: TopicFilter
        /// What comes there.
        public let summary: String
    }

    /// All topics, in the order of the tables.
    public static let entries: [Entry] =
        taskRouter + messaging + sync + telephony + crm + extensions + bus

    private static let byTopic = Dictionary(uniqueKeysWithValues: entries.map { ($0.topic, $0) })

    /// The entry of a topic.
    ///
    /// - Parameter topic: Any topic.
    /// - Returns: Its entry, nil for topics of others.
    public static func entry(for topic: Topic) -> Entry? {
        byTopic[topic]
    }

    /// Checks an event of ours before it is published: data has the fields its topic promises.
    ///
    /// - Parameter event: An event of any topic; those outside the catalogue pass.
    /// - Throws: ``EventError/dataMissing(topic:field:)``, or ``EventError/attributeMissing(name:)`` for a request
    ///   without `expiresat`.
    public static func validate(_ event: Event) throws(EventError) {
        guard let entry = byTopic[event.topic] else { return }
        if entry.isImperative, event.expiresAt == nil { throw .attributeMissing(name: "expiresat") }
        guard !entry.requiredData.isEmpty else { return }
        let data = event.data.json
        for field in entry.requiredData {
            guard let value = data?[field], value != .null else {
                throw .dataMissing(topic: event.topic.name, field: field)
            }
        }
    }

    /// The topic table of the documentation, rendered.
    ///
    /// - Returns: Markdown, one line a topic.
    public static func markdown() -> String {
        var lines = ["| topic | from | key | data has | says |", "|---|---|---|---|---|"]
        for entry in entries {
            let fields = entry.requiredData.map { "`\($0)`" }.joined(separator: " ")
            let says = entry.isImperative ? "\(entry.summary) Request: carries `expiresat`." : entry.summary
            lines.append(
                "| `\(entry.topic)` | \(entry.publishers.joined(separator: ", ")) | \(entry.key.rawValue) | "
                    + "\(fields.isEmpty ? "–" : fields) | \(says) |")
        }
        for family in passThrough {
            lines.append("| `\(family.filter)` | Gateway | as its family | – | \(family.summary) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
