/// A value that must not reach a log, an error text or a screen.
///
/// Prints as `<redacted>` in every way Swift prints things; the value comes out through ``reveal()`` alone, so that
/// a search for that word finds each place where a secret leaves.
public struct Secret: Hashable, Sendable {
    /// What is printed instead.
    public static let redacted = "<redacted>"

    private let value: String

    public init(_ value: String) {
        self.value = value
    }

    /// The secret itself.
    ///
    /// Pass it on to what needs it; never store, log or interpolate it.
    public func reveal() -> String {
        value
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { Self.redacted }
    public var debugDescription: String { Self.redacted }
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
