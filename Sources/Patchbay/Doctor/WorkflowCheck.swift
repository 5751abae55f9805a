import Events

/// Looks whether a TaskRouter workflow brings a dialled extension to its agent, and to somebody else when he is away.
///
/// What it looks for is what `deploy/twilio` describes: a filter for tasks with `extension`, a target with
/// `known_worker_sid: task.workerSID` and a timeout, one with `known_worker_sid: task.fallbackWorkerSID`, and a default.
struct WorkflowCheck: Sendable {
    private static let agent = "task.workerSID"
    private static let fallback = "task.fallbackWorkerSID"

    /// The findings about a workflow's document.
    static func findings(_ text: String) -> [Finding] {
        guard let document = try? JSONValue(parsing: text.utf8), let routing = document["task_routing"] else {
            return [
                Finding(
                    level: .problem, text: "The workflow's configuration is no JSON with task_routing.",
                    remedy: "Open the workflow in TaskRouter and save it again.")
            ]
        }
        let filters = routing["filters"]?.array ?? []
        let knowing = filters.firstIndex { targets($0).contains { names(agent, $0) } }
        guard let knowing else {
            return [
                Finding(
                    level: .problem,
                    text: "No target has known_worker_sid '\(agent)': extensions ring whoever is free.",
                    remedy: "Add a filter 'extension != null' whose first target has known_worker_sid: \(agent).")
            ]
        }
        return reach(filters, knowing) + time(filters[knowing]) + others(filters[knowing], routing)
    }

    /// Whether tasks of extensions come to the filter at all.
    private static func reach(_ filters: [JSONValue], _ knowing: Int) -> [Finding] {
        let name = title(filters[knowing])
        var findings: [Finding] = []
        if let before = filters[..<knowing].first(where: { isAlways($0["expression"]?.string ?? "") }) {
            findings.append(
                Finding(
                    level: .problem, text: "The filter '\(title(before))' takes every task before '\(name)' is asked.",
                    remedy: "Move '\(name)' above it."))
        } else {
            findings.append(Finding(level: .ok, text: "The filter '\(name)' routes to the agent of the extension."))
        }
        let expression = filters[knowing]["expression"]?.string ?? ""
        if !expression.contains("extension"), !expression.contains("workerSID"), !isAlways(expression) {
            findings.append(
                Finding(
                    level: .warning, text: "'\(name)' takes tasks by '\(expression)', which names no extension.",
                    remedy: "Make its expression 'extension != null', or see that each such task fits it."))
        }
        return findings
    }

    /// Whether an agent who does not answer holds the caller up.
    private static func time(_ filter: JSONValue) -> [Finding] {
        guard let target = targets(filter).first(where: { names(agent, $0) }) else { return [] }
        var findings: [Finding] = []
        if target["timeout"]?.integer == nil, Int(target["timeout"]?.string ?? "") == nil {
            findings.append(
                Finding(
                    level: .problem,
                    text: "The agent's target has no timeout: the caller of an absent one waits for ever.",
                    remedy: "Give it a timeout, such as 20 seconds."))
        }
        if target["skip_if"]?.string?.contains("workers.available") != true {
            findings.append(
                Finding(
                    level: .warning, text: "The caller of an absent agent waits until the timeout is over.",
                    remedy: "Add skip_if: workers.available == 0 to the agent's target."))
        }
        return findings
    }

    /// Who follows the agent.
    private static func others(_ filter: JSONValue, _ routing: JSONValue) -> [Finding] {
        let all = targets(filter)
        let behind = all.drop { !names(agent, $0) }.dropFirst()
        var findings: [Finding] = []
        if !behind.contains(where: { names(fallback, $0) }) {
            findings.append(
                Finding(
                    level: .warning,
                    text: "No target behind the agent's has known_worker_sid '\(fallback)': the fallback "
                        + "of an extension is not asked.", remedy: "Add such a target, with a timeout."))
        }
        let hasEnd = behind.contains { $0["known_worker_sid"] == nil } || routing["default_filter"]?["queue"] != nil
        findings.append(
            hasEnd
                ? Finding(level: .ok, text: "Whoever is not answered there goes on to a queue.")
                : Finding(
                    level: .problem,
                    text: "Nothing follows: TaskRouter cancels the task, and the caller hears nothing.",
                    remedy: "Add a last target without known_worker_sid, or a default_filter with a queue."))
        return findings
    }

    private static func targets(_ filter: JSONValue) -> [JSONValue] {
        filter["targets"]?.array ?? (filter["queue"] != nil ? [filter] : [])
    }

    private static func names(_ attribute: String, _ target: JSONValue) -> Bool {
        target["known_worker_sid"]?.string?.contains(attribute) == true
            || target["expression"]?.string?.contains("worker.sid == \(attribute)") == true
    }

    private static func title(_ filter: JSONValue) -> String {
        filter["filter_friendly_name"]?.string ?? filter["friendly_name"]?.string ?? "without a name"
    }

    private static func isAlways(_ expression: String) -> Bool {
        ["1==1", "1 == 1", "true"].contains(expression.lowercased())
    }
}
