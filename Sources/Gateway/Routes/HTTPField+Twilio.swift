import HTTPTypes

extension HTTPField.Name {
    static let twilioSignature = valid("X-Twilio-Signature")
    static let twilioIdempotencyToken = valid("I-Twilio-Idempotency-Token")
    static let idempotencyKey = valid("Idempotency-Key")
    static let forwardedFor = valid("X-Forwarded-For")
    static let forwarded = valid("Forwarded")
    static let referrerPolicy = valid("Referrer-Policy")
    static let accelBuffering = valid("X-Accel-Buffering")
    static let lastEventID = valid("Last-Event-ID")
    static let crossOriginResourcePolicy = valid("Cross-Origin-Resource-Policy")

    private static func valid(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no header's name") }
        return name
    }
}
