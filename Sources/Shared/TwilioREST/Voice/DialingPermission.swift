/// Whether an account may call a country (Voice v1, dialling permissions).
public struct DialingPermission: Hashable, Sendable, TwilioResource {
    /// ISO 3166.
    public let country: String
    /// Whether ordinary numbers may be called.
    public let isLowRiskAllowed: Bool
    /// Whether special services may be called.
    public let isHighRiskSpecialAllowed: Bool
    /// Whether numbers that are often used for toll fraud may be called.
    public let isTollFraudRiskAllowed: Bool

    init(_ fields: Fields) throws(FieldError) {
        country = try fields.text("iso_code")
        isLowRiskAllowed = try fields.bool("low_risk_numbers_enabled")
        isHighRiskSpecialAllowed = fields.optionalBool("high_risk_special_numbers_enabled") ?? false
        isTollFraudRiskAllowed = fields.optionalBool("high_risk_tollfraud_numbers_enabled") ?? false
    }
}

extension TwilioClient {
    /// Whether this account may call a country; nil when the provider does not know the country.
    public func dialingPermission(_ country: String) async throws(TwilioError) -> DialingPermission? {
        try await find(.get(.voice, "/v1/DialingPermissions/Countries/{country}", country))
    }
}
