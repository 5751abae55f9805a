import Events

/// What would put a pair right, in the order in which it is done.
///
/// Nothing that a person wrote is ever removed: only copies that carry our own mark are.
struct RepairPlan: Hashable, Sendable {
    /// One step.
    enum Step: Hashable, Sendable {
        /// Copies the message of `side` to the other side; those of one side in the order of their indexes.
        case copy(side: Side, message: String)
        /// Removes a copy on `side` that is one too many, or whose original is gone.
        case remove(side: Side, copy: String)
        /// Writes what the original says into its copy on `side`.
        case rewrite(side: Side, copy: String, from: String)
    }

    let steps: [Step]
    /// Copies that stand in the wrong order.
    ///
    /// A conversation only grows at its end, so no step can mend that.
    let misordered: [Side: [String]]

    /// Plans; steps that `isPossible` denies are left out.
    init(_ diff: PairDiff, where isPossible: (Step) -> Bool = { _ in true }) {
        var removals: [Step] = []
        var rewrites: [Step] = []
        var copies: [Step] = []
        var misordered: [Side: [String]] = [:]
        for finding in diff.findings {
            switch finding {
            case .missing(let side, let message, _): copies.append(.copy(side: side, message: message))
            case .doubled(let side, let copy, _), .orphaned(let side, let copy, _):
                removals.append(.remove(side: side, copy: copy))
            case .edited(let side, let copy, let original):
                rewrites.append(.rewrite(side: side, copy: copy, from: original))
            case .misordered(let side, let copies): misordered[side] = copies
            }
        }
        steps = (removals + rewrites + copies).filter(isPossible)
        self.misordered = misordered
    }

    var isEmpty: Bool { steps.isEmpty }

    /// The plan for the call `sync.diff` and the command's dry run: SIDs only.
    var json: JSONValue {
        [
            "steps": .array(steps.map(\.json)),
            "misordered": .object(
                JSONObject(
                    misordered.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                        ($0.key.rawValue, .array($0.value.map { .string($0) }))
                    })),
        ]
    }
}

extension RepairPlan.Step {
    var json: JSONValue {
        switch self {
        case .copy(let side, let message):
            ["do": "copy", "from": .string(side.rawValue), "message": .string(message)]
        case .remove(let side, let copy): ["do": "remove", "on": .string(side.rawValue), "copy": .string(copy)]
        case .rewrite(let side, let copy, let original):
            ["do": "rewrite", "on": .string(side.rawValue), "copy": .string(copy), "message": .string(original)]
        }
    }
}
