public import Events

/// Whom a token of Flex belongs to.
public struct FlexTokenIdentity: Hashable, Sendable {
    public let identity: String
    public let workerSID: WorkerSID?
    /// `admin`, `supervisor`, `agent` and so on: to be checked by whoever lets somebody do something.
    public let roles: [String]
    public let expiration: Timestamp?
    public let realmUserID: String?
}

extension FlexTokenIdentity: CustomStringConvertible {
    public var description: String { "<identity with roles \(roles.joined(separator: ", "))>" }
}

/// The provider's answer about a token.
struct FlexTokenAnswer: TwilioResource {
    let isValid: Bool
    let identity: FlexTokenIdentity?

    init(_ fields: Fields) throws(FieldError) {
        isValid = try fields.bool("valid")
        identity = fields.optionalText("identity").map {
            FlexTokenIdentity(
                identity: $0, workerSID: fields.optionalSID("worker_sid"), roles: fields.texts("roles"),
                expiration: fields.time("expiration"), realmUserID: fields.optionalText("realm_user_id"))
        }
    }
}
