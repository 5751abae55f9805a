import Events
import Glibc
import Hosting

/// Records of somebody using a right.
enum AuditEvent {
    /// Personal data were shown unmasked.
    ///
    /// - Parameters:
    ///   - command: The command that shows them.
    ///   - topics: What it was asked for; empty means everything.
    ///   - from: Since when, as the user said it.
    /// - Returns: The event, ready to be published.
    /// - Throws: `EventError` when the text of a filter is too long for an event.
    static func unmasked(command: String, topics: [String], from: String) throws -> Event {
        let uid = getuid()
        let time = Timestamp(unixNanoseconds: SystemTime.unixNanoseconds())
        return Event(
            id: try EventID("unmask-\(getpid())-\(time.unixNanoseconds)"), source: try EventSource("/patchbay"),
            topic: "sys.audit", key: try OrderingKey("uid-\(uid)"), time: time,
            data: [
                "action": "unmask", "command": .string(command), "uid": .number(JSONNumber(uid)),
                "user": .string(userName(uid)), "topics": .array(topics.map { .string($0) }), "since": .string(from),
            ])
    }

    /// The name of a user of this machine.
    static func userName(_ uid: UInt32) -> String {
        guard let entry = getpwuid(uid), let name = entry.pointee.pw_name else { return String(uid) }
        return String(cString: name)
    }
}
