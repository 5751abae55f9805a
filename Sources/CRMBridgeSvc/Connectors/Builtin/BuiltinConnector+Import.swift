import Bus
import Wire

extension BuiltinConnector {
    /// Contacts that are written in one transaction.
    static let batch = 50

    /// Puts the contacts of a file, batch by batch; what is there already as it should be is not written.
    ///
    /// A failure leaves the batches before it; importing the file again goes on from there.
    func store(_ plan: ContactImport, isDryRun: Bool) async throws(CRMError) -> ContactImport.Counts {
        var counts = ContactImport.Counts()
        var start = 0
        while start < plan.contacts.count {
            let end = min(start + Self.batch, plan.contacts.count)
            try await put(Array(plan.contacts[start..<end]), isDryRun: isDryRun, &counts)
            start = end
        }
        return counts
    }

    private func put(
        _ contacts: [Contact], isDryRun: Bool, _ counts: inout ContactImport.Counts
    ) async throws(CRMError) {
        for _ in 0..<Self.maxRounds {
            var round = ContactImport.Counts()
            var writes: [MapWrite] = []
            for contact in contacts {
                let old = try await stored(contact.id)
                switch old?.contact {
                case nil: round.created += 1
                case contact?:
                    round.unchanged += 1
                    continue
                default: round.updated += 1
                }
                writes += Self.writes(contact, replacing: old)
            }
            do throws(BusError) {
                if !isDryRun, !writes.isEmpty { try await store.commit(writes, []) }
                counts.created += round.created
                counts.updated += round.updated
                counts.unchanged += round.unchanged
                return
            } catch {
                // Somebody else changed one of them, or our own answer was lost: look again.
                switch error {
                case .revisionMismatch, .outcomeUnknown: continue
                default: throw CRMError(error)
                }
            }
        }
        throw .unavailable(.failing)
    }
}
