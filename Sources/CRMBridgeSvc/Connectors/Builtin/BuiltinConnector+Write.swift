import Bus
import Events
import Phone
import Wire

extension BuiltinConnector {
    func create(_ draft: ContactDraft, key: String) async throws(CRMError) -> CreatedRecord {
        let id = RecordID.short("ct", key)
        let contact = Contact(draft, id: id, region: region)
        if let stored = try await stored(id) { return CreatedRecord(record: stored.contact.record, isDuplicate: true) }
        do throws(BusError) {
            try await store.commit(Self.writes(contact, replacing: nil), [])
        } catch {
            // Lost against ourselves: the same key came twice, or the answer of our own write was lost.
            guard let stored = try await stored(id) else { throw CRMError(error) }
            return CreatedRecord(record: stored.contact.record, isDuplicate: true)
        }
        return CreatedRecord(record: contact.record)
    }

    /// The writes that put a contact and its index entries, and take those away that it no longer has.
    static func writes(_ contact: Contact, replacing old: Stored?) -> [MapWrite] {
        let entries = ContactKeys.entries(of: contact)
        let before = old.map { ContactKeys.entries(of: $0.contact) } ?? [:]
        var writes = [
            MapWrite(
                .put, map: ContactKeys.contacts, key: contact.id, value: JSONValue.object(contact.json).bytes,
                expectedRevision: old?.revision ?? 0)
        ]
        for (key, value) in entries.sorted(by: { $0.key < $1.key }) where before[key] != value {
            writes.append(MapWrite(.put, map: ContactKeys.index, key: key, value: Array(value.utf8)))
        }
        for key in before.keys.sorted() where entries[key] == nil {
            writes.append(MapWrite(.delete, map: ContactKeys.index, key: key))
        }
        return writes
    }

    func log(_ log: ActivityLog, isRepeat: Bool) async throws(CRMError) -> ActivityReference {
        let id = log.activityID
        for _ in 0..<Self.maxRounds {
            do throws(BusError) {
                let entry = try await store.get(ContactKeys.activities, id)
                let known = entry.flatMap { (try? JSONValue(parsing: $0.value)).flatMap({ ActivityLog($0) }) }
                guard (known?.revision ?? Int.min) < log.revision else { return ActivityReference(id: id) }
                try await store.commit(
                    [
                        MapWrite(
                            .put, map: ContactKeys.activities, key: id, value: log.json.bytes,
                            expectedRevision: entry?.revision ?? 0, ttl: UInt64(activityAge / .milliseconds(1)))
                    ], [])
                return ActivityReference(id: id)
            } catch {
                guard case .revisionMismatch = error else { throw CRMError(error) }
            }
        }
        throw .unavailable(.failing)
    }

    func cases(of contact: String, limit: Int) async throws(CRMError) -> [CRMCase] {
        guard ContactKeys.isID(contact) else { throw .notFound }
        return try await page(ContactKeys.cases, "\(contact)/", limit: limit).entries
            .compactMap { (try? JSONValue(parsing: $0.value)).flatMap { CRMCase($0) } }
    }

    func createCase(_ draft: CaseDraft, key: String) async throws(CRMError) -> CreatedRecord {
        if let contact = draft.contact { _ = try await open(contact) }
        let id = RecordID.short("cs", key)
        let created = now().unixMilliseconds
        var made = CRMCase(id: id, title: draft.title, number: "C-\(id.suffix(6).uppercased())", status: "open")
        made.createdTs = created
        var json = made.json
        json["description"] = draft.description.map { .string($0) }
        let place = "\(draft.contact ?? "-")/\(ContactKeys.inverted(created))/\(id)"
        do throws(BusError) {
            // The id's own entry says where the case lies: it is the one that exists once.
            if let known = try await known(id) { return known }
            try await store.commit(
                [
                    MapWrite(
                        .put, map: ContactKeys.cases, key: "id/\(id)", value: Array(place.utf8), expectedRevision: 0),
                    MapWrite(.put, map: ContactKeys.cases, key: place, value: JSONValue.object(json).bytes),
                ], [])
        } catch {
            do throws(BusError) {
                if let known = try await known(id) { return known }
            } catch {}
            throw CRMError(error)
        }
        return CreatedRecord(record: made.record)
    }

    private func known(_ id: String) async throws(BusError) -> CreatedRecord? {
        guard let place = try await store.get(ContactKeys.cases, "id/\(id)"),
            let entry = try await store.get(ContactKeys.cases, String(decoding: place.value, as: UTF8.self)),
            let made = (try? JSONValue(parsing: entry.value)).flatMap({ CRMCase($0) })
        else { return nil }
        return CreatedRecord(record: made.record, isDuplicate: true)
    }
}

extension Contact {
    /// The contact that a draft makes: numbers that can be completed are stored in E.164.
    init(_ draft: ContactDraft, id: String, region: Region?) {
        func unique(_ texts: [String]) -> [String] {
            var seen: Set<String> = []
            return texts.filter { seen.insert($0).inserted }
        }
        self.init(
            id: id, name: draft.name,
            phones: unique(draft.phones.map { PhoneDigits.number($0, region: region)?.e164 ?? $0 }),
            emails: unique(draft.emails), detail: draft.detail)
    }
}
