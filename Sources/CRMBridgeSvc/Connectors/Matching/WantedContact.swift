import Phone

/// A ``ContactQuery`` as it is compared: the number read, the address in lower case.
struct WantedContact: Hashable, Sendable {
    /// Digits that a number which cannot be completed must share with the one asked for.
    static let suffixDigits = 8

    /// A number that can be read; anonymous callers have none.
    var phone: PhoneNumber?
    var email: String?
    var name: String?
    /// Whose rules complete numbers without a country code: the team's country.
    var region: Region?

    var isEmpty: Bool { phone == nil && email == nil && name == nil }

    /// The national digits at the end of the number, as many as are compared; nil for short numbers.
    var suffix: String? { phone.flatMap { PhoneDigits.suffix(of: $0.e164) } }

    /// Takes what there is; what cannot be read is left out.
    init(_ query: ContactQuery) {
        let home = query.region.flatMap { try? Region($0) }
        region = home
        phone = query.phone.flatMap { PhoneDigits.number($0, region: home) }
        email = query.email.flatMap { EmailAddress.isPlausible($0) ? EmailAddress.folded($0) : nil }
        name = query.name.flatMap { $0.isEmpty || $0.utf8.count > 200 ? nil : $0 }
    }
}
