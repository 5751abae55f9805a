import CPhoneNumber

/// A country or territory with a numbering plan, by its ISO 3166 code: `US`, `GB`, `ES`.
public struct Region: Hashable, Sendable, CustomStringConvertible {
    /// Two upper-case letters.
    public let code: String

    /// Checks a code against the numbering plans of libphonenumber.
    ///
    /// - Parameter code: Two letters in either case.
    /// - Throws: ``PhoneError/regionUnknown(code:)``.
    public init(_ code: String) throws(PhoneError) {
        let upper = code.uppercased()
        guard upper.utf8.count == 2, upper.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }),
            patchbay_phone_has_region(upper) != 0
        else { throw .regionUnknown(code: String(code.prefix(8))) }
        self.code = upper
    }

    /// Takes a code that the library itself has given.
    init(known code: String) {
        self.code = code
    }

    public var description: String { code }
}
