/// Who says so: `/twilio/main`, `/sync`, `/crm`.
///
/// A URI reference without spaces and control characters. Ids are unique within one source.
public struct EventSource: Hashable, Sendable, CustomStringConvertible {
    /// The source as it travels.
    public let path: String

    /// Checks a source that came from outside.
    ///
    /// - Parameter path: 1 to ``EventLimits/idBytes`` − 2 bytes.
    /// - Throws: ``EventError/sourceInvalid(sizeBytes:)``.
    public init(_ path: String) throws(EventError) {
        guard AttributeText.isValid(path.utf8, limitBytes: EventLimits.idBytes - 2),
            !path.utf8.contains(UInt8(ascii: " "))
        else { throw .sourceInvalid(sizeBytes: path.utf8.count) }
        self.path = path
    }

    /// The source of a Twilio project's webhooks.
    ///
    /// - Parameter project: The project's name in the configuration.
    /// - Returns: `/twilio/<project>`.
    /// - Throws: ``EventError/sourceInvalid(sizeBytes:)`` when the name has spaces or control characters.
    public static func twilio(project: String) throws(EventError) -> EventSource {
        try EventSource("/twilio/\(project)")
    }

    public var description: String { path }
}
