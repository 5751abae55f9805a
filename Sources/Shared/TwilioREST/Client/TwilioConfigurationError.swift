/// What is wrong with a setting of the client.
public enum TwilioConfigurationError: Error, Hashable, Sendable {
    case unknownKey(String)
    case outOfRange(key: String, value: Int, range: ClosedRange<Int>)
    /// Not an absolute `http` or `https` URL without user, query and fragment.
    case invalidURL(key: String)

    /// Stable, for machines.
    public var code: String {
        switch self {
        case .unknownKey: "twilio.unknown_key"
        case .outOfRange: "twilio.out_of_range"
        case .invalidURL: "twilio.invalid_url"
        }
    }
}

extension TwilioConfigurationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownKey(let key): "There is no setting 'twilio.\(key)'."
        case .outOfRange(let key, let value, let range):
            "twilio.\(key) is \(value); it must lie in \(range.lowerBound)...\(range.upperBound)."
        case .invalidURL(let key):
            "twilio.\(key) is not an address such as https://{product}.twilio.com or http://127.0.0.1:8090/api/{product}."
        }
    }
}
