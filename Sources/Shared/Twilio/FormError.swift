/// Why a body is not an acceptable form.
///
/// ``httpStatus`` is what the sender is told: 413 where a limit is exceeded, 400 where the encoding is wrong.
public enum FormError: Error, Hashable, Sendable {
    case bodyTooLarge(limitBytes: Int)
    case tooManyParameters(limit: Int)
    case malformedPercent(offset: Int)
    case invalidUTF8(parameter: Int)
    case notAFlatObject(reason: String)

    /// A stable name for logs, metrics and problem documents.
    public var code: String {
        switch self {
        case .bodyTooLarge: "form.body_too_large"
        case .tooManyParameters: "form.too_many_parameters"
        case .malformedPercent: "form.malformed_percent"
        case .invalidUTF8: "form.invalid_utf8"
        case .notAFlatObject: "form.not_a_flat_object"
        }
    }

    /// The HTTP status of the refusal.
    public var httpStatus: Int {
        switch self {
        case .bodyTooLarge, .tooManyParameters: 413
        case .malformedPercent, .invalidUTF8, .notAFlatObject: 400
        }
    }
}

extension FormError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .bodyTooLarge(let limit):
            "The body exceeds the limit of \(limit) bytes."
        case .tooManyParameters(let limit):
            "The form exceeds the limit of \(limit) parameters."
        case .malformedPercent(let offset):
            "Byte \(offset) of the form is a '%' without two hexadecimal digits after it."
        case .invalidUTF8(let parameter):
            "Parameter number \(parameter) of the form is not UTF-8 once decoded."
        case .notAFlatObject(let reason):
            "The JSON body cannot be read as parameters: \(reason)."
        }
    }
}
