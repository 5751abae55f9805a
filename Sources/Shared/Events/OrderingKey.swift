/// Events with equal keys are handed out in journal order, one member of a group at a time (rule G-4).
///
/// The keys of the catalogue are the provider's identifiers: a task, a worker, a conversation or channel, a call.
public struct OrderingKey: Hashable, Sendable, CustomStringConvertible {
    /// The key as it travels.
    public let text: String

    /// Checks a key that came from outside.
    ///
    /// - Parameter text: 1 to ``EventLimits/keyBytes`` bytes of UTF-8.
    /// - Throws: ``EventError/keyInvalid(sizeBytes:)``.
    public init(_ text: String) throws(EventError) {
        guard !text.isEmpty, text.utf8.count <= EventLimits.keyBytes else {
            throw .keyInvalid(sizeBytes: text.utf8.count)
        }
        self.text = text
    }

    /// The events of one resource: a task, a worker, a conversation, a channel, a call.
    ///
    /// - Parameter sid: The resource whose events stay in order.
    public init<Resource>(_ sid: SID<Resource>) {
        text = sid.text
    }

    public var description: String { text }
}
