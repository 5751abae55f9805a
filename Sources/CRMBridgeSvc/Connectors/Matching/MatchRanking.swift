import Phone

/// Decides which candidates match, and how surely: number, end of number, address, name.
///
/// Numbers are read anew and compared in E.164. One without a country code is completed by the caller's country, then by
/// the team's; the end of a number counts only where it cannot be completed. So a number of another country with the
/// same last digits never matches.
enum MatchRanking {
    /// Ranks candidates; those that match by nothing are dropped.
    static func rank(_ candidates: Candidates, _ query: WantedContact, limit: Int) -> ContactMatches {
        var seen: Set<String> = []
        let found = candidates.contacts.compactMap { contact -> ContactMatch? in
            guard seen.insert("\(contact.entity) \(contact.id)").inserted, let kind = kind(contact, query) else {
                return nil
            }
            return contact.match(kind)
        }
        let sorted = found.sorted { left, right in
            (left.matchedOn.rank, left.record.label, left.record.id)
                < (right.matchedOn.rank, right.record.label, right.record.id)
        }
        return ContactMatches(
            matches: Array(sorted.prefix(limit)), isTruncated: candidates.isTruncated || sorted.count > limit)
    }

    private static func kind(_ contact: Contact, _ query: WantedContact) -> ContactMatch.Ground? {
        if let phone = query.phone {
            let kinds = contact.phones.compactMap { self.kind($0, contact.region, phone, query) }
            if let best = kinds.min(by: { $0.rank < $1.rank }) { return best }
        }
        if let email = query.email, contact.emails.contains(where: { EmailAddress.folded($0) == email }) {
            return .email
        }
        guard let name = query.name, NameWords.matches(contact.name, NameWords.of(name)) else { return nil }
        return .name
    }

    private static func kind(
        _ text: String, _ home: Region?, _ wanted: PhoneNumber, _ query: WantedContact
    ) -> ContactMatch.Ground? {
        var isReadable = false
        for region in home.map({ [$0] }) ?? [wanted.region, query.region] {
            let numbers = PhoneReading.numbers(text, region: region)
            if numbers.contains(where: { $0.e164 == wanted.e164 }) { return .phoneExact }
            isReadable = isReadable || !numbers.isEmpty
            // A number that no plan has yet is read as well as it can be.
            guard numbers.isEmpty, let number = PhoneDigits.number(text, region: region) else { continue }
            if number.e164 == wanted.e164 { return .phoneExact }
        }
        guard !isReadable, !PhoneDigits.isInternational(text) else { return nil }
        // Of a contact elsewhere even the whole end is another number's.
        if let home, let other = wanted.region, home != other { return nil }
        return endsAlike(PhoneDigits.digits(text), wanted) ? .phoneSuffix : nil
    }

    /// Whether one is the whole end of the other, without zeros ahead: a number without its area code, or behind a digit
    /// for the line.
    ///
    /// Numbers that merely end alike are two numbers.
    private static func endsAlike(_ text: String, _ wanted: PhoneNumber) -> Bool {
        let own = text.drop { $0 == "0" }
        let national = PhoneDigits.digits(wanted.e164).dropFirst(String(wanted.countryCode).utf8.count)
            .drop { $0 == "0" }
        guard min(own.utf8.count, national.utf8.count) >= WantedContact.suffixDigits else { return false }
        return own.hasSuffix(national) || national.hasSuffix(own)
    }
}

extension ContactMatch.Ground {
    /// 0…1, for the browser; only their order means something.
    var score: Double {
        switch self {
        case .id, .phoneExact: 1
        case .phoneSuffix: 0.8
        case .email: 0.7
        case .name: 0.4
        }
    }

    /// The surest first.
    var rank: Int {
        switch self {
        case .id: 0
        case .phoneExact: 1
        case .phoneSuffix: 2
        case .email: 3
        case .name: 4
        }
    }
}
