import Events
import Twilio

/// A webhook ready to be sent, and what is known about the event it will become.
struct SignedRequest: Sendable {
    let path: String
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    /// Id, topic and key of the event, as the Gateway makes them.
    let eventID: String
    let topic: String
    let key: String

    /// Signs a webhook.
    ///
    /// - Parameters:
    ///   - fixture: The webhook.
    ///   - project: The Gateway's name of the project.
    ///   - publicURL: What the signature is made for, without a slash at the end.
    ///   - token: The project's auth token.
    ///   - isForged: Whether the signature is made with another token, to see it refused.
    /// - Throws: `WebhookRejection` or `EventError`, when it could not become an event.
    init(
        _ fixture: WebhookFixture, project: String, publicURL: String, token: String, isForged: Bool
    ) throws {
        path = "/webhooks/twilio/\(project)/\(fixture.family.rawValue)"
        let key = Array((isForged ? token + "-forged" : token).utf8)
        headers = [
            ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),
            ("X-Twilio-Signature", fixture.signature(url: publicURL + path, token: key)),
            ("I-Twilio-Idempotency-Token", fixture.deliveryToken),
            ("User-Agent", "TwilioProxy/1.1 (patchbay trigger)"),
        ]
        body = fixture.body
        let translator = try WebhookTranslator(project: project, family: fixture.family)
        let event = try translator.translate(
            fixture.form, deliveryToken: fixture.deliveryToken, receivedAt: Timestamp(unixNanoseconds: 0))
        eventID = String(decoding: event.recordID.split(separator: UInt8(ascii: "\n")).last ?? [], as: UTF8.self)
        topic = event.topic.name
        self.key = String(decoding: event.key, as: UTF8.self)
    }
}
