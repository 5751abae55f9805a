/// Byte limits every publisher keeps and the Broker enforces; a value over its limit is refused, never cut.
public enum EventLimits {
    /// A topic, in UTF-8 bytes.
    public static let topicBytes = 255
    /// An ordering key, in UTF-8 bytes.
    public static let keyBytes = 512
    /// The record's id field, `source + "\n" + id`, in UTF-8 bytes.
    public static let idBytes = 1024
    /// A CloudEvents document, in bytes (1 MiB).
    public static let documentBytes = 1 << 20
    /// How deep arrays and objects may nest in a document; deeper is malformed.
    public static let jsonDepth = 128
}
