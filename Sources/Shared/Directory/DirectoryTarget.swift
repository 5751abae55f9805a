public import Events

/// Whom an extension reaches.
///
/// JSON: `{"type":"worker","workerSid":"WK…","workerName":"…"}`, `{"type":"queue","queue":"…"}` or
/// `{"type":"number","number":"+34…"}`.
public enum DirectoryTarget: Hashable, Sendable {
    /// One agent; the name is what a person reads, the SID is what routes.
    case worker(sid: WorkerSID, name: String)
    /// A queue, by its name.
    case queue(name: String)
    /// A telephone number in E.164.
    case number(String)
}

extension DirectoryTarget {
    /// Reads a target.
    ///
    /// - Parameter json: As ``json`` writes it; other members are ignored.
    /// - Throws: ``DirectoryError/malformed(what:reason:)``.
    public init(json: JSONValue) throws(DirectoryError) {
        func text(_ name: String) throws(DirectoryError) -> String {
            guard let text = json[name]?.string, !text.isEmpty else {
                throw .malformed(what: "target", reason: "'\(name)' is no text")
            }
            return text
        }
        switch json["type"]?.string {
        case "worker"?:
            // An old export may name a test double, so the SID is read leniently.
            guard let sid = try? WorkerSID(lenient: try text("workerSid")) else {
                throw .malformed(what: "target", reason: "'workerSid' is no worker's SID")
            }
            self = .worker(sid: sid, name: try text("workerName"))
        case "queue"?: self = .queue(name: try text("queue"))
        case "number"?: self = .number(try text("number"))
        default: throw .malformed(what: "target", reason: "'type' is none of worker, queue, number")
        }
    }

    /// The target in JSON, its members in the order that canonical JSON has.
    public var json: JSONValue {
        switch self {
        case .worker(let sid, let name):
            ["type": "worker", "workerSid": .string(sid.text), "workerName": .string(name)]
        case .queue(let name): ["type": "queue", "queue": .string(name)]
        case .number(let number): ["type": "number", "number": .string(number)]
        }
    }

    /// Writes what ``json`` says.
    func write(to writer: inout JSONWriter) {
        switch self {
        case .worker(let sid, let name):
            writer.raw("{\"type\":\"worker\",\"workerSid\":")
            writer.string(sid.text)
            writer.raw(",\"workerName\":")
            writer.string(name)
        case .queue(let name):
            writer.raw("{\"type\":\"queue\",\"queue\":")
            writer.string(name)
        case .number(let number):
            writer.raw("{\"type\":\"number\",\"number\":")
            writer.string(number)
        }
        writer.raw("}")
    }
}
