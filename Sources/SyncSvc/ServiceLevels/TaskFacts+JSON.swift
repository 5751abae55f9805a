import Events

/// How facts are kept in the map `sync-levels`.
extension TaskFacts {
    var json: JSONValue {
        var object = JSONObject([("task", .string(task))])
        if let created { object["created"] = .milliseconds(created) }
        object["firstAccepted"] = firstAccepted?.json { .string($0) }
        object["lastAccepted"] = lastAccepted?.json { .string($0) }
        if let wrapping { object["wrapping"] = .milliseconds(wrapping) }
        object["ended"] = ended?.json { .string($0.rawValue) }
        object["queue"] = queue?.json { .string($0) }
        object["channel"] = channel?.json { .string($0) }
        object["conversation"] = conversation?.json { .string($0) }
        if !workers.isEmpty { object["workers"] = .array(workers.sorted().map { .string($0) }) }
        if !transfers.isEmpty { object["transfers"] = .array(transfers.sorted().map { .string($0) }) }
        return .object(object)
    }

    /// - Parameter json: What ``json`` gave; nil when it is something else.
    init?(_ json: JSONValue) {
        guard let task = json["task"]?.string else { return nil }
        self.init(task: task)
        created = json["created"]?.milliseconds
        firstAccepted = Reading(json["firstAccepted"]) { $0.string }
        lastAccepted = Reading(json["lastAccepted"]) { $0.string }
        wrapping = json["wrapping"]?.milliseconds
        ended = Reading(json["ended"]) { $0.string.flatMap(Outcome.init) }
        queue = Reading(json["queue"]) { $0.string }
        channel = Reading(json["channel"]) { $0.string }
        conversation = Reading(json["conversation"]) { $0.string }
        workers = Set((json["workers"]?.array ?? []).compactMap(\.string))
        transfers = Set((json["transfers"]?.array ?? []).compactMap(\.string))
    }
}

extension ConversationFacts {
    /// Times are written as steps from one message to the next, authors as positions in a list.
    var json: JSONValue {
        var authors: [String] = []
        var numbers: [JSONValue] = []
        var previous: UInt64 = 0
        for point in points {
            let index = authors.firstIndex(of: point.author) ?? authors.count
            if index == authors.count { authors.append(point.author) }
            numbers.append(.number(JSONNumber(point.milliseconds - previous)))
            numbers.append(.number(JSONNumber(index)))
            previous = point.milliseconds
        }
        var object = JSONObject([("authors", .array(authors.map { .string($0) })), ("points", .array(numbers))])
        if let closed { object["closed"] = .milliseconds(closed) }
        if isTruncated { object["truncated"] = true }
        return .object(object)
    }

    /// - Parameter json: What ``json`` gave; nil when it is something else.
    init?(_ json: JSONValue) {
        guard let authors = json["authors"]?.array?.compactMap(\.string),
            let numbers = json["points"]?.array?.compactMap(\.milliseconds), numbers.count.isMultiple(of: 2)
        else { return nil }
        var points: [Point] = []
        var time: UInt64 = 0
        for position in stride(from: 0, to: numbers.count, by: 2) {
            time &+= numbers[position]
            guard numbers[position + 1] < authors.count else { return nil }
            points.append(Point(milliseconds: time, author: authors[Int(numbers[position + 1])]))
        }
        self.init(
            points: points, closed: json["closed"]?.milliseconds, isTruncated: json["truncated"]?.bool ?? false)
    }
}

extension Reading {
    fileprivate func json(_ encode: (Value) -> JSONValue) -> JSONValue {
        .array([.milliseconds(milliseconds), encode(value)])
    }

    fileprivate init?(_ json: JSONValue?, _ decode: (JSONValue) -> Value?) {
        guard let at = json?[0]?.milliseconds, let value = json?[1].flatMap(decode) else { return nil }
        self.init(milliseconds: at, value: value)
    }
}

extension JSONValue {
    /// Milliseconds since 1970, or a length in milliseconds.
    static func milliseconds(_ value: UInt64) -> JSONValue { .number(JSONNumber(value)) }

    var milliseconds: UInt64? { integer.flatMap { UInt64(exactly: $0) } }
}
