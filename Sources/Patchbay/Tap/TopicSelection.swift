import Events

/// The topics that a command was asked for.
struct TopicSelection: Sendable {
    /// Filters as the Broker understands them; none for every event.
    let filters: [TopicFilter]

    /// Reads filters: `task.>`, `*.added`, `message.added`; a single word means its family: `task` is `task.>`.
    ///
    /// - Throws: ``StartPosition/Problem`` naming the filter.
    init(_ arguments: [String]) throws(StartPosition.Problem) {
        var filters: [TopicFilter] = []
        for argument in arguments {
            let isFamily = !argument.contains { ".*>".contains($0) }
            do throws(EventError) {
                filters.append(try TopicFilter(isFamily ? "\(argument).>" : argument))
            } catch {
                throw .init("\(error) Examples: task.>, *.added, message.added.")
            }
        }
        self.filters = filters
    }

    /// Whether the topic was asked for; topics of the tap itself (`sys.tap.…`) count only when they are named.
    func matches(_ topic: String) -> Bool {
        filters.isEmpty ? !topic.hasPrefix("sys.tap.") : filters.contains { $0.matches(topic) }
    }

    /// What to subscribe to on the tap socket, which matches beginnings of topics only.
    var prefixes: [String] {
        guard !filters.isEmpty else { return [""] }
        let prefixes = filters.map { filter in
            String(filter.pattern.prefix { $0 != "*" && $0 != ">" })
        }
        return prefixes.contains("") ? [""] : Array(Set(prefixes)).sorted()
    }
}
