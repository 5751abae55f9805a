/// Whether what an agent said about an interaction is enough to complete it.
enum DispositionRule {
    static let maxNotes = 4_000

    /// Why it is refused; nil when it is fine.
    static func problem(
        _ disposition: Interaction.Disposition, rule: DispositionSettings.Rule, completes: Bool
    ) -> CRMFailure? {
        if let notes = disposition.notes, notes.utf8.count > maxNotes {
            return .malformed(field: "notes", detail: "Notes have at most \(maxNotes) bytes.")
        }
        if let code = disposition.code, !rule.codes.isEmpty {
            guard let known = rule.codes.first(where: { $0.code == code }) else {
                return .malformed(field: "dispositionCode", detail: "This queue has no such code.")
            }
            if completes, known.requiresNotes, disposition.notes?.isEmpty ?? true {
                return .dispositionRequired(detail: "This code needs notes.")
            }
        }
        if completes, rule.isRequired, disposition.code == nil {
            return .dispositionRequired(detail: "This queue needs a code before an interaction can be completed.")
        }
        return nil
    }
}
