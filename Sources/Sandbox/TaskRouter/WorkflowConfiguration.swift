import Events

/// A workflow's document: filters in order, each with targets in order, and a queue for everything else.
struct WorkflowConfiguration: Hashable, Sendable {
    /// One step of a filter.
    struct Target: Hashable, Sendable {
        var queueSID: String
        /// Which of the queue's workers, over `task.` and `worker.`.
        var expression: Expression?
        /// Seconds until the next target has its turn; nil waits for ever.
        var timeoutSeconds: Int?
        var priority: Int?
        var order: WorkerOrder?
        /// Passed over when this holds over `workers.available` and `task.`.
        var skip: Expression?
        /// The SID of the one worker, over `task.`.
        var knownWorkerSID: Expression?
        /// The name of the one worker, over `task.`.
        var knownWorkerName: Expression?
    }

    struct Filter: Hashable, Sendable {
        var name: String
        /// Which tasks, over their attributes.
        var expression: Expression
        var targets: [Target]
    }

    /// Which of the matching workers comes first: the value of an attribute, up or down.
    struct WorkerOrder: Hashable, Sendable {
        var path: [String]
        var isDescending: Bool
    }

    var filters: [Filter]
    var defaultTarget: Target?

    /// Parses the document.
    ///
    /// - Throws: ``TwilioProblem`` with what is wrong in it, 400.
    init(parsing text: String) throws(TwilioProblem) {
        guard let document = try? JSONValue(parsing: Array(text.utf8)), let routing = document["task_routing"],
            routing.object != nil
        else { throw .invalid("Workflow Configuration is not a JSON document with task_routing") }
        filters = []
        for filter in routing["filters"]?.array ?? [] {
            let targets = filter["targets"]?.array ?? (filter["queue"] != nil ? [filter] : [])
            var parsed: [Target] = []
            for target in targets { parsed.append(try Self.target(target)) }
            filters.append(
                Filter(
                    name: filter["filter_friendly_name"]?.string ?? filter["friendly_name"]?.string ?? "",
                    expression: try Self.expression(filter["expression"]?.string ?? ""), targets: parsed))
        }
        if let last = routing["default_filter"], last["queue"] != nil {
            var target = try Self.target(last)
            target.expression = nil
            defaultTarget = target
        }
    }

    /// Every queue that is named.
    var queues: Set<String> {
        Set(filters.flatMap { $0.targets.map(\.queueSID) } + [defaultTarget?.queueSID].compactMap(\.self))
    }

    private static func target(_ value: JSONValue) throws(TwilioProblem) -> Target {
        guard let queue = value["queue"]?.string else { throw .invalid("A target of the workflow names no queue") }
        var target = Target(queueSID: queue)
        // In a filter without targets its own expression chooses tasks, not workers.
        if value["targets"] == nil, value["filter_friendly_name"] == nil, let text = value["expression"]?.string {
            target.expression = try expression(text)
        }
        target.timeoutSeconds = integer(value["timeout"])
        target.priority = integer(value["priority"])
        if let text = value["order_by"]?.string { target.order = order(text) }
        if let text = value["skip_if"]?.string { target.skip = try expression(text) }
        if let text = value["known_worker_sid"]?.string { target.knownWorkerSID = try expression(text) }
        if let text = value["known_worker_friendly_name"]?.string { target.knownWorkerName = try expression(text) }
        return target
    }

    private static func expression(_ text: String) throws(TwilioProblem) -> Expression {
        do {
            return try Expression(parsing: text)
        } catch {
            throw .invalid("Workflow Configuration: \(error.description)")
        }
    }

    private static func integer(_ value: JSONValue?) -> Int? {
        value?.integer.map(Int.init) ?? value?.string.flatMap { Int($0) }
    }

    private static func order(_ text: String) -> WorkerOrder? {
        let words = text.split { " ,".contains($0) }
        guard let name = words.first else { return nil }
        let path = name.split(separator: ".").map(String.init)
        return WorkerOrder(
            path: path.first == "worker" ? Array(path.dropFirst()) : path,
            isDescending: words.count > 1 && words[1].uppercased() == "DESC")
    }
}
