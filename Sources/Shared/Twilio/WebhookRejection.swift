public import Events

/// Why a well-signed webhook cannot become an event.
///
/// No case and no description carries a parameter's value.
public enum WebhookRejection: Error, Hashable, Sendable {
    /// A parameter that identity or ordering need is absent or empty.
    case fieldMissing(field: String, event: String)
    /// A parameter that identity or ordering need has characters or a length that no identifier has.
    case fieldInvalid(field: String, event: String)
    /// The event cannot be written: it would exceed a limit of the bus.
    case unwritable(EventError)

    /// A stable name for logs, metrics and problem documents.
    public var code: String {
        switch self {
        case .fieldMissing: "webhook.field_missing"
        case .fieldInvalid: "webhook.field_invalid"
        case .unwritable: "webhook.unwritable"
        }
    }

    /// The HTTP status of the refusal.
    public var httpStatus: Int {
        switch self {
        case .fieldMissing, .fieldInvalid: 400
        case .unwritable: 413
        }
    }
}

extension WebhookRejection: CustomStringConvertible {
    public var description: String {
        switch self {
        case .fieldMissing(let field, let event):
            "The webhook '\(event)' lacks the parameter '\(field)'. Is the route the right one for this product?"
        case .fieldInvalid(let field, let event):
            "The parameter '\(field)' of the webhook '\(event)' is no identifier or date: 1 to "
                + "\(WebhookTranslator.maxIdentifierBytes) printable ASCII characters."
        case .unwritable(let error):
            "The webhook cannot be written as an event. \(error)"
        }
    }
}
