import Twilio

/// Why a webhook was not taken.
///
/// ``reason`` is what logs and metrics say. ``code`` is what the sender is told, and says less where more would help
/// someone who guesses: that an account is not configured looks like a wrong signature.
enum WebhookRefusal: Error, Hashable, Sendable {
    case contentTypeUnsupported
    case bodyTooLarge(limitBytes: Int)
    case bodyIncomplete
    case form(FormError)
    case signatureMissing
    case signatureInvalid
    case accountUnknown
    case accountMismatch
    case untranslatable(WebhookRejection)
    case tooManyInFlight(limit: Int)
    case publish(PublishFailure)

    var status: Int {
        switch self {
        case .contentTypeUnsupported: 415
        case .bodyTooLarge: 413
        case .bodyIncomplete: 400
        case .form(let error): error.httpStatus
        case .signatureMissing, .signatureInvalid, .accountUnknown, .accountMismatch: 403
        case .untranslatable(let rejection): rejection.httpStatus
        case .tooManyInFlight: 429
        case .publish(let failure): failure.isRetryable ? 503 : 500
        }
    }

    /// Stable, for machines on the other side.
    var code: String {
        switch self {
        case .contentTypeUnsupported: "gateway.content_type"
        case .bodyTooLarge: FormError.bodyTooLarge(limitBytes: 0).code
        case .bodyIncomplete: "gateway.body_incomplete"
        case .form(let error): error.code
        case .signatureMissing: "webhook.signature_missing"
        case .signatureInvalid, .accountUnknown: "webhook.signature_invalid"
        case .accountMismatch: "webhook.account_mismatch"
        case .untranslatable(let rejection): rejection.code
        case .tooManyInFlight: "gateway.too_many_requests"
        case .publish(let failure): failure.code
        }
    }

    /// Stable, for our own logs, metrics and events; one of few.
    var reason: String {
        switch self {
        case .accountUnknown: "webhook.account_unknown"
        default: code
        }
    }

    /// Whether the same request may succeed later: it is answered with Retry-After.
    var isRetryable: Bool {
        switch self {
        case .tooManyInFlight: true
        case .publish(let failure): failure.isRetryable
        default: false
        }
    }
}

extension WebhookRefusal: CustomStringConvertible {
    var description: String {
        switch self {
        case .contentTypeUnsupported:
            "Send application/x-www-form-urlencoded or, with bodySHA256 in the query, application/json; in UTF-8."
        case .bodyTooLarge(let limit):
            "The body exceeds the limit of \(limit) bytes (gateway.max_body_bytes)."
        case .bodyIncomplete:
            "The connection ended before the body did."
        case .form(let error): error.description
        case .signatureMissing:
            "There is no X-Twilio-Signature header."
        case .signatureInvalid, .accountUnknown:
            "X-Twilio-Signature does not fit. It is checked against the configured public_url with this path and "
                + "query, and the auth token of the project. Is the URL in the provider's console exactly that?"
        case .accountMismatch:
            "The AccountSid of the body is not the account of this route's project."
        case .untranslatable(let rejection): rejection.description
        case .tooManyInFlight(let limit):
            "\(limit) webhooks are being handled, which is the limit (gateway.max_webhooks_in_flight)."
        case .publish(let failure): failure.description
        }
    }
}
