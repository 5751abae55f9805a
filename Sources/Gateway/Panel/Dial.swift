import Bus
import Crypto
import Events

/// A click on a number: what an agent asks to be dialled, checked for its form.
///
/// Whether it may be dialled is decided by CRMBridgeSvc, by agent, team and number.
struct Dial: Sendable {
    static let maxNumberBytes = 64
    static let nonceBytes = 8...64
    static let maxTextBytes = 256

    /// Why a body is no dial.
    enum Refusal: Error, Hashable, Sendable {
        case malformed
        case field(String, rule: String)
    }

    let agent: String
    let id: String
    /// `data` of the event.
    let data: JSONObject

    /// Reads the body of `POST /v1/dials`.
    ///
    /// - Parameters:
    ///   - body: JSON.
    ///   - agent: Who clicked: the token's subject.
    /// - Throws: ``Refusal``.
    init(body: some Collection<UInt8>, agent: String) throws(Refusal) {
        guard let json = try? JSONValue(parsing: Array(body)), json.object != nil else { throw .malformed }
        let fields = DialFields(json)
        let nonce = try fields.identifier("nonce", bytes: Self.nonceBytes)
        guard let nonce else { throw .field("nonce", rule: "it is required: a new text for every click.") }
        guard let number = try fields.text("number", maxBytes: Self.maxNumberBytes) else {
            throw .field("number", rule: "it is required: the number as it is written on the page.")
        }
        let id = Self.id(agent: agent, nonce: nonce)
        var data = JSONObject([
            ("dialId", .string(id)), ("agentId", .string(agent)), ("number", .string(number)),
            ("nonce", .string(nonce)), ("autoPlace", .bool(try fields.bool("autoPlace") ?? true)),
        ])
        data["region"] = try fields.region("region").map { .string($0) }
        data["extension"] = try fields.keys("extension").map { .string($0) }
        data["record"] = try fields.record("record").map { .object($0) }
        data["callerId"] = try fields.text("callerId", maxBytes: Self.maxNumberBytes).map { .string($0) }
        data["panelId"] = try fields.identifier("panelId", bytes: 1...64).map { .string($0) }
        self.agent = agent
        self.id = id
        self.data = data
    }

    /// `DL` and 32 digits: one click is one dial, whoever repeats it.
    static func id(agent: String, nonce: String) -> String {
        let hash = SHA256.hash(data: Array("\(agent)\n\(nonce)".utf8)).prefix(16)
        return "DL" + hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The event that asks for it, which counts until `expires`.
    func event(at now: Timestamp, expires: Timestamp) throws(EventError) -> OutgoingEvent {
        var event = Event(
            id: try EventID(id), source: try EventSource("/gateway/dial"), topic: "dial.requested",
            key: try OrderingKey(agent), subject: id, time: now, data: .object(data))
        event.correlationID = id
        event.expiresAt = expires
        return try OutgoingEvent(event)
    }
}
