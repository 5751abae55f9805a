import HTTPTypes

extension HTTPField.Name {
    static let twilioSignature = valid("X-Twilio-Signature")
    static let twilioIdempotencyToken = valid("I-Twilio-Idempotency-Token")
    static let forwardedFor = valid("X-Forwarded-For")
    static let forwarded = valid("Forwarded")

    private static func valid(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no header's name") }
        return name
    }
}
