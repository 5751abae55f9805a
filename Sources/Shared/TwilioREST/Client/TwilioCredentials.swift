public import Events

/// An account and what proves that we may use it.
///
/// Prints as `<redacted>`; the secret leaves only in the `Authorization` header.
public struct TwilioCredentials: Hashable, Sendable {
    public let accountSID: AccountSID
    /// `Basic …`, made once.
    let authorization: String

    /// An account and its auth token.
    ///
    /// - Parameters:
    ///   - accountSID: The account.
    ///   - authToken: Its primary auth token.
    public init(accountSID: AccountSID, authToken: String) {
        self.init(accountSID: accountSID, apiKey: accountSID.text, secret: authToken)
    }

    /// An account and an API key of it.
    ///
    /// - Parameters:
    ///   - accountSID: The account.
    ///   - apiKey: `SK…`.
    ///   - secret: The key's secret.
    public init(accountSID: AccountSID, apiKey: String, secret: String) {
        self.accountSID = accountSID
        authorization = "Basic " + String(decoding: Base64.encode(Array("\(apiKey):\(secret)".utf8)), as: UTF8.self)
    }
}

extension TwilioCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
