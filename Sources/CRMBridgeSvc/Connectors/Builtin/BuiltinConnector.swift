import Bus
import Events
import Phone
import Wire

/// The CRM for those who have none: contacts, cases and activities in maps behind the Broker.
///
/// A contact and its index entries change in one transaction on the contact's revision. It holds what fits into the
/// Broker's memory (`broker.max_map_bytes`): some hundred thousand contacts.
struct BuiltinConnector: CRMConnector {
    /// Attempts at a change that others forestall.
    static let maxRounds = 8

    let name = "builtin"
    let capabilities = ConnectorCapabilities.all
    let store: any StateStore
    /// Whose rules complete numbers without a country code when a contact is made.
    let region: Region?
    /// How long activities are kept.
    let activityAge: Duration
    let now: @Sendable () -> Timestamp

    func candidates(_ wanted: WantedContact, limit: Int) async throws(CRMError) -> Candidates {
        var prefixes: [String] = []
        if let phone = wanted.phone { prefixes.append(ContactKeys.phone(phone.e164)) }
        if let suffix = wanted.suffix { prefixes.append(ContactKeys.suffix(suffix)) }
        if let email = wanted.email { prefixes.append(ContactKeys.email(email)) }
        var ids: [String] = []
        var isTruncated = false
        for prefix in prefixes {
            let page = try await page(ContactKeys.index, prefix, limit: limit)
            let found = page.entries.compactMap { ContactKeys.id($0.key, below: prefix) }
            ids += found.filter { !ids.contains($0) }
            isTruncated = isTruncated || page.hasMore
        }
        var contacts = try await contacts(ids)
        if contacts.isEmpty, let name = wanted.name {
            let page = try await search(name, cursor: nil, limit: limit)
            contacts = page.contacts
            isTruncated = isTruncated || page.next != nil
        }
        return Candidates(contacts: contacts, isTruncated: isTruncated)
    }

    func open(_ id: String) async throws(CRMError) -> Contact {
        guard ContactKeys.isID(id), let stored = try await stored(id) else { throw .notFound }
        return stored.contact
    }

    func search(_ text: String, cursor: String?, limit: Int) async throws(CRMError) -> ContactPage {
        if let email = WantedContact(ContactQuery(email: text)).email {
            let prefix = ContactKeys.email(email)
            let page = try await page(ContactKeys.index, prefix, limit: limit)
            return ContactPage(
                contacts: try await contacts(page.entries.compactMap { ContactKeys.id($0.key, below: prefix) }))
        }
        let words = NameWords.of(text)
        guard let longest = words.max(by: { ($0.utf8.count, $0) < ($1.utf8.count, $1) }) else { return ContactPage() }
        let prefix = "n/\(longest)"
        var after = cursor ?? ""
        guard after.isEmpty || after.hasPrefix(prefix) else { throw .refused(field: "cursor") }
        var ids: [String] = []
        while true {
            let page = try await page(ContactKeys.index, prefix, after: after, limit: 1_000)
            for (index, entry) in page.entries.enumerated() {
                after = entry.key
                guard let id = Self.hit(entry, longest, words) else { continue }
                ids.append(id)
                guard ids.count == limit else { continue }
                let isLast = index == page.entries.count - 1 && !page.hasMore
                return ContactPage(contacts: try await contacts(ids), next: isLast ? nil : after)
            }
            guard page.hasMore else { return ContactPage(contacts: try await contacts(ids)) }
        }
    }

    /// The contact of an index entry that has all words; of several entries of one contact only the first counts.
    private static func hit(_ entry: MapEntry, _ longest: String, _ words: [String]) -> String? {
        let parts = entry.key.split(separator: "/")
        let name = String(decoding: entry.value, as: UTF8.self)
        guard parts.count == 3, NameWords.matches(name, words),
            NameWords.of(name).first(where: { $0.hasPrefix(longest) }) == String(parts[1])
        else { return nil }
        return String(parts[2])
    }

    func check() async throws(CRMError) { _ = try await page(ContactKeys.contacts, "", limit: 1) }
}

extension BuiltinConnector {
    /// A contact with the revision it was read at.
    struct Stored: Sendable {
        let contact: Contact
        let revision: UInt64
    }

    func stored(_ id: String) async throws(CRMError) -> Stored? {
        let entry: MapEntry?
        do throws(BusError) { entry = try await store.get(ContactKeys.contacts, id) } catch { throw CRMError(error) }
        guard let entry, let contact = (try? JSONValue(parsing: entry.value)).flatMap({ Contact($0) }) else {
            return nil
        }
        return Stored(contact: contact, revision: entry.revision)
    }

    func page(
        _ map: String, _ prefix: String, after: String = "", limit: Int
    ) async throws(CRMError) -> BusMap.Page {
        do throws(BusError) {
            return try await store.list(map, prefix: prefix, after: after, limit: limit)
        } catch {
            throw CRMError(error)
        }
    }

    /// Contacts by their ids, in this order; those that were deleted meanwhile are left out.
    private func contacts(_ ids: [String]) async throws(CRMError) -> [Contact] {
        let found = await withTaskGroup(of: (Int, Result<Stored?, CRMError>).self) { group in
            for (index, id) in ids.enumerated() {
                group.addTask {
                    do throws(CRMError) {
                        return (index, .success(try await stored(id)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var found = [Result<Stored?, CRMError>?](repeating: nil, count: ids.count)
            for await (index, result) in group { found[index] = result }
            return found
        }
        var contacts: [Contact] = []
        for result in found {
            if let stored = try result?.get() { contacts.append(stored.contact) }
        }
        return contacts
    }
}
