import Events

extension InteractionSummary {
    /// The data of `interaction.completed`, and an entry of the report.
    var json: JSONValue {
        var object = JSONObject([
            ("interaction", .string(key)), ("task", .string(firstTask)),
            ("tasks", .array(tasks.map { .string($0) })), ("outcome", .string(outcome)),
            ("startedAt", Self.time(startedMilliseconds)), ("endedAt", Self.time(endedMilliseconds)),
            ("durationMs", .milliseconds(durationMilliseconds)), ("responses", responses.json),
            ("customerMessages", .number(JSONNumber(customerMessages))),
            ("agentMessages", .number(JSONNumber(agentMessages))), ("transfers", .number(JSONNumber(transfers))),
        ])
        object["queue"] = queue.map { .string($0) }
        object["channel"] = channel.map { .string($0) }
        object["agent"] = agent.map { .string($0) }
        object["waitMs"] = waitMilliseconds.map { .milliseconds($0) }
        object["firstResponseMs"] = firstResponseMilliseconds.map { .milliseconds($0) }
        if !responsesByAgent.isEmpty {
            object["agents"] = .array(
                responsesByAgent.sorted { $0.key < $1.key }.map { name, responses in
                    var entry = responses.json.object ?? JSONObject()
                    entry["name"] = .string(name)
                    return .object(entry)
                })
        }
        if isTruncated { object["isTruncated"] = true }
        return .object(object)
    }

    /// `interaction.completed`: once per interaction, since its id comes from the first task.
    func event() throws(EventError) -> Event {
        var event = Event(
            id: try EventID("interaction-completed:\(firstTask)"), source: try EventSource("/sync"),
            topic: "interaction.completed", key: try OrderingKey(key), subject: firstTask,
            time: Timestamp(unixMilliseconds: endedMilliseconds), data: json)
        event.correlationID = key
        return event
    }

    private static func time(_ milliseconds: UInt64) -> JSONValue {
        .string((Timestamp(unixMilliseconds: milliseconds) ?? Timestamp(unixNanoseconds: 0)).rfc3339)
    }
}

extension InteractionSummary.Responses {
    fileprivate var json: JSONValue {
        [
            "count": .number(JSONNumber(count)), "totalMs": .milliseconds(totalMilliseconds),
            "longestMs": .milliseconds(longestMilliseconds),
        ]
    }
}
