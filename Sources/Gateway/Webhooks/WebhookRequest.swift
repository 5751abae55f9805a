/// What of an HTTP request matters to a webhook, without HTTP types.
struct WebhookRequest {
    /// Path and raw query as received: what was signed, behind the public URL.
    let target: String
    let contentType: String?
    /// `X-Twilio-Signature`.
    let signature: String?
    /// `I-Twilio-Idempotency-Token`.
    let deliveryToken: String?
    let body: UnsafeRawBufferPointer
}

/// How a body is encoded.
enum WebhookEncoding: Hashable, Sendable {
    case form, json

    /// Reads a `Content-Type`: `application/x-www-form-urlencoded` or `application/json`, in UTF-8 if it says so.
    init?(contentType: String?) {
        guard let contentType else { return nil }
        // Nearly every request has exactly one of these; everything else takes the long way.
        switch contentType {
        case "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8": self = .form
        case "application/x-www-form-urlencoded; charset=UTF-8": self = .form
        case "application/json": self = .json
        default:
            let parts = contentType.lowercased().split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            switch parts.first {
            case "application/x-www-form-urlencoded": self = .form
            case "application/json": self = .json
            default: return nil
            }
            let isUTF8 = parts.dropFirst().allSatisfy {
                !$0.hasPrefix("charset=") || ["charset=utf-8", "charset=\"utf-8\""].contains($0)
            }
            guard isUTF8 else { return nil }
        }
    }
}
