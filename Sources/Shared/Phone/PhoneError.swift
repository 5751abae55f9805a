/// Why a text is not a phone number.
///
/// No case and no description carries the text: it is personal data.
public enum PhoneError: Error, Hashable, Sendable {
    case empty
    case inputTooLong(sizeBytes: Int)
    case notANumber
    case countryCodeMissing
    case countryCodeInvalid
    case tooShort
    case tooLong
    case regionUnknown(code: String)
    case libraryFailed

    /// A stable name for logs, metrics and problem documents.
    public var code: String {
        switch self {
        case .empty: "phone.empty"
        case .inputTooLong: "phone.input_too_long"
        case .notANumber: "phone.not_a_number"
        case .countryCodeMissing: "phone.country_code_missing"
        case .countryCodeInvalid: "phone.country_code_invalid"
        case .tooShort: "phone.too_short"
        case .tooLong: "phone.too_long"
        case .regionUnknown: "phone.region_unknown"
        case .libraryFailed: "phone.library_failed"
        }
    }
}

extension PhoneError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "The phone number is empty."
        case .inputTooLong(let size):
            "The phone number has \(size) bytes of text; the limit is \(PhoneNumber.maxInputBytes) bytes."
        case .notANumber: "The text is no phone number."
        case .countryCodeMissing:
            "The phone number has no country code and no default region is set. Write it as +<country code><number>, "
                + "or configure the region."
        case .countryCodeInvalid: "No country has the country code of this phone number."
        case .tooShort: "The phone number has too few digits for its country."
        case .tooLong: "The phone number has too many digits for any country."
        case .regionUnknown(let code): "'\(code)' is no region with a numbering plan; use an ISO 3166 code such as ES."
        case .libraryFailed: "libphonenumber failed to read the phone number. Is its package intact?"
        }
    }
}
