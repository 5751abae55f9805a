/// Why a request to a provider failed.
public enum TwilioError: Error, Hashable, Sendable {
    /// The deadline passed before anything was sent.
    case timedOut
}
