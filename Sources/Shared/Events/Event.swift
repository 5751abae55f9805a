/// One fact or request on the bus: a CloudEvents 1.0 event with Patchbay's extensions.
///
/// The publisher writes the document once with ``CloudEventJSON/encode(_:)``; the Broker never parses it, since topic,
/// key and record id travel beside it.
public struct Event: Hashable, Sendable {
    /// Names the fact within its source; the same fact always has the same id.
    public var id: EventID
    /// Who says so.
    public var source: EventSource
    /// What kind of fact it is: the CloudEvents `type`.
    public var topic: Topic
    /// Events with equal keys are handled in order: the extension `partitionkey`.
    public var key: OrderingKey
    /// The thing it is about, within the source: usually the provider's SID.
    public var subject: String?
    /// When the source observed it, not when it was received.
    public var time: Timestamp?
    /// The media type of the payload; `application/json` when absent.
    public var dataContentType: String?
    /// The payload.
    public var data: EventData
    /// The id of the event that caused this one: the extension `causationid`.
    public var causationID: String?
    /// The interaction it belongs to (a task, a conversation, a call): the extension `correlationid`.
    public var correlationID: String?
    /// W3C trace context: the extension `traceparent`.
    public var traceParent: String?
    /// After this moment an imperative must be refused instead of carried out: the extension `expiresat`.
    public var expiresAt: Timestamp?
    /// The record id of the event that this one repeats: the extension `replayof`.
    public var replayOf: String?
    /// Members of the document that this version does not know, kept as they came.
    public var extensions: JSONObject

    /// An event.
    ///
    /// - Parameters:
    ///   - id: Names the fact within its source.
    ///   - source: Who says so.
    ///   - topic: What kind of fact it is.
    ///   - key: Events with equal keys stay in order.
    ///   - subject: The thing it is about.
    ///   - time: When the source observed it.
    ///   - data: The payload.
    public init(
        id: EventID, source: EventSource, topic: Topic, key: OrderingKey, subject: String? = nil,
        time: Timestamp? = nil, data: EventData = .none
    ) {
        self.id = id
        self.source = source
        self.topic = topic
        self.key = key
        self.subject = subject
        self.time = time
        self.data = data
        dataContentType = data.form == .json ? "application/json" : nil
        extensions = JSONObject()
    }

    /// An event with a payload of JSON.
    ///
    /// - Parameters:
    ///   - id: Names the fact within its source.
    ///   - source: Who says so.
    ///   - topic: What kind of fact it is.
    ///   - key: Events with equal keys stay in order.
    ///   - subject: The thing it is about.
    ///   - time: When the source observed it.
    ///   - data: The payload.
    public init(
        id: EventID, source: EventSource, topic: Topic, key: OrderingKey, subject: String? = nil,
        time: Timestamp? = nil, data: JSONValue
    ) {
        self.init(
            id: id, source: source, topic: topic, key: key, subject: subject, time: time, data: EventData(data))
    }

    /// The scope of deduplication as the record carries it: `source`, a line feed, `id`.
    public var recordID: String { "\(source.path)\n\(id.text)" }

    /// Whether an imperative is too late to be carried out.
    ///
    /// - Parameter now: The current moment.
    /// - Returns: True from ``expiresAt`` on; false when there is none.
    public func isExpired(at now: Timestamp) -> Bool {
        guard let expiresAt else { return false }
        return now >= expiresAt
    }
}
