import Events

/// Joins what two people made of one record, field by field: nothing that either has typed is lost.
struct ThreeWayMerge: Hashable, Sendable {
    /// What only one of them changed is taken; where both did, yours.
    let merged: ExtensionRecord.Content
    /// Fields that both changed, to different values, as in the JSON of a record.
    let conflicts: [String]

    init(base: ExtensionRecord.Content, current: ExtensionRecord.Content, yours: ExtensionRecord.Content) {
        var merged = yours
        var conflicts: [String] = []
        func join<Value: Equatable>(_ field: WritableKeyPath<ExtensionRecord.Content, Value>, _ name: String) {
            let (before, theirs, own) = (base[keyPath: field], current[keyPath: field], yours[keyPath: field])
            if own == before {
                merged[keyPath: field] = theirs
            } else if theirs != before, theirs != own {
                conflicts.append(name)
            }
        }
        join(\.number, "extension")
        join(\.target, "target")
        join(\.spokenName, "spokenName")
        join(\.fallback, "fallback")
        join(\.validUntil, "validUntil")
        join(\.team, "team")
        self.merged = merged
        self.conflicts = conflicts
    }
}
