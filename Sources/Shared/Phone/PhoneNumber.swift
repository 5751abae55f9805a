import CPhoneNumber

/// A phone number read by the numbering plans of libphonenumber, with the extension kept apart.
///
/// ```swift
/// let number = try PhoneNumber("(020) 7946 0018 ext. 12", defaultRegion: Region("GB"))
/// number.e164          // "+442079460018"
/// number.extensionDigits  // "12"
/// ```
///
/// A number can be read and still not exist: ask ``isValid`` before dialling. Two texts of one number are equal.
public struct PhoneNumber: Hashable, Sendable {
    /// The longest text that is read, in bytes of UTF-8.
    public static let maxInputBytes = Int(PATCHBAY_PHONE_MAX_INPUT)

    /// What kind of line a number belongs to, by its numbering plan.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case fixedLine, mobile, fixedLineOrMobile, tollFree, premiumRate, sharedCost, voip, personal, pager, uan,
            voicemail, unknown
    }

    /// `+442079460018`: plus, country code, number; without the extension.
    public let e164: String
    /// As people write it within its country: `020 7946 0018`.
    public let national: String
    /// As people write it from abroad: `+44 20 7946 0018`.
    public let international: String
    /// The digits after "ext." or `;ext=`, nil without any.
    public let extensionDigits: String?
    /// The country calling code: 44.
    public let countryCode: Int
    /// The country or territory it belongs to; nil for international services and for numbers that do not exist.
    public let region: Region?
    /// What kind of line it belongs to.
    public let kind: Kind
    /// Whether the number's digits fit a numbering plan in force.
    public let isValid: Bool
    /// Whether at least its length is right.
    public let isPossible: Bool

    /// Reads a number.
    ///
    /// - Parameters:
    ///   - text: What someone typed or a system sent: any punctuation, letters for digits, `tel:` URIs, extensions;
    ///     at most ``maxInputBytes`` bytes.
    ///   - defaultRegion: Whose rules apply to a number without a country code; without a region such a number is
    ///     refused.
    /// - Throws: ``PhoneError``.
    public init(_ text: String, defaultRegion: Region? = nil) throws(PhoneError) {
        var text = text
        let size = text.utf8.count
        guard size <= Self.maxInputBytes else { throw .inputTooLong(sizeBytes: size) }
        guard text.contains(where: { !$0.isWhitespace }) else { throw .empty }
        var parsed = patchbay_phone()
        let status = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                patchbay_phone_parse(characters.baseAddress, characters.count, defaultRegion?.code, &parsed)
            }
        }
        guard status == PATCHBAY_PHONE_OK else {
            throw Self.error(status, hasCountryCode: Self.hasPlus(text), hasRegion: defaultRegion != nil)
        }
        e164 = Self.text(of: parsed.e164)
        national = Self.text(of: parsed.national)
        international = Self.text(of: parsed.international)
        let digits = Self.text(of: parsed.extension)
        extensionDigits = digits.isEmpty ? nil : digits
        let code = Self.text(of: parsed.region)
        region = code.utf8.count == 2 ? Region(known: code) : nil
        countryCode = Int(parsed.country_code)
        kind = Self.kind(parsed.type)
        isValid = parsed.is_valid != 0
        isPossible = parsed.is_possible != 0
    }

    public static func == (left: PhoneNumber, right: PhoneNumber) -> Bool {
        left.e164 == right.e164 && left.extensionDigits == right.extensionDigits
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(e164)
        hasher.combine(extensionDigits)
    }

    /// Whether the text brings its own country code; full-width plus signs count.
    private static func hasPlus(_ text: String) -> Bool {
        text.contains { $0 == "+" || $0 == "\u{FF0B}" }
    }

    private static func error(
        _ status: patchbay_phone_status, hasCountryCode: Bool, hasRegion: Bool
    ) -> PhoneError {
        switch status {
        case PATCHBAY_PHONE_INVALID_COUNTRY_CODE:
            hasCountryCode || hasRegion ? .countryCodeInvalid : .countryCodeMissing
        case PATCHBAY_PHONE_NOT_A_NUMBER: .notANumber
        case PATCHBAY_PHONE_TOO_SHORT_AFTER_IDD, PATCHBAY_PHONE_TOO_SHORT: .tooShort
        case PATCHBAY_PHONE_TOO_LONG: .tooLong
        default: .libraryFailed
        }
    }

    private static func kind(_ type: patchbay_phone_type) -> Kind {
        let index = Int(type.rawValue)
        return Kind.allCases.indices.contains(index) ? Kind.allCases[index] : .unknown
    }

    /// The text in a fixed C array, up to its zero byte.
    private static func text<Characters>(of characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

extension PhoneNumber: CustomStringConvertible {
    /// Masked, so that a number in a log line is not one: country code and the last two digits.
    public var description: String {
        "+\(countryCode)…\(e164.suffix(2))"
    }
}
