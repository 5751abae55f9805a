import Events
import Twilio

/// What a customer's page asks: is this agent there, and, if it wants, tell him that someone waits.
///
/// The names are the sample's: `WorkerName`, `EventType=NotifyAgent`; `Token` where the page cannot set a header.
struct AvailabilityRequest: Hashable, Sendable {
    /// Longest name of an agent, in bytes.
    static let maxNameBytes = 256

    let worker: String
    let isNudge: Bool
    let token: String?

    /// Reads a request; nil when it names no agent.
    ///
    /// - Parameters:
    ///   - parameters: Of the body, or of the query.
    ///   - authorization: The header.
    init?(_ parameters: FormParameters, authorization: String?) {
        guard let worker = parameters.first("WorkerName") ?? parameters.first("worker"), !worker.isEmpty,
            worker.utf8.count <= Self.maxNameBytes
        else { return nil }
        self.worker = worker
        isNudge = parameters.first("EventType") == "NotifyAgent"
        token = Self.bearer(authorization) ?? parameters.first("Token")
    }

    /// The payload of the call `sync.availability`.
    var payload: [UInt8] {
        JSONValue.object(JSONObject([("worker", .string(worker)), ("nudge", .bool(isNudge))])).bytes
    }

    static func bearer(_ authorization: String?) -> String? {
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return nil }
        return String(authorization.dropFirst(7))
    }
}
