import Events

/// The edits that take an import back, where nobody has touched its records since.
struct UndoPlan: Sendable {
    let edits: [Edit]
    /// Records that are not as the import left them: with any, nothing is taken back.
    let conflicts: [RecordChange]

    init(_ changes: some Sequence<RecordChange>, draft: Draft) {
        var edits: [Edit] = []
        var conflicts: [RecordChange] = []
        for change in changes {
            guard let id = change.id else { continue }
            let current = draft.record(id)
            switch (change.before, change.after, current) {
            case (nil, _?, nil): break
            case (let before?, nil, let current?) where current.content == before.content: break
            case (nil, let after?, let current?) where current.content == after.content:
                edits.append(.delete(id, expecting: current.revision))
            case (let before?, let after?, let current?) where current.content == after.content:
                edits.append(.update(id, expecting: current.revision, RecordInput(content: before.content)))
            case (let before?, nil, nil): edits.append(.restore(id, RecordInput(content: before.content)))
            default: conflicts.append(change)
            }
        }
        self.edits = edits
        self.conflicts = conflicts
    }
}
