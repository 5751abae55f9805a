import Events

/// How long the parts of an interaction took, in milliseconds by the provider's clock.
struct InteractionTimes: Hashable, Sendable {
    var ring = 0
    var talk = 0
    var hold = 0
    var wrap = 0

    init(_ interaction: Interaction) {
        let marks = interaction.marks
        let end = interaction.ended
        if interaction.isDial {
            let begin = marks[.customerRinging] ?? marks[.agentAnswered] ?? marks[.requested]
            ring = Self.span(begin, interaction.connected ?? end)
        } else {
            let answer = [Interaction.Mark.accepted, .rejected, .missed, .rescinded, .canceled]
                .compactMap { marks[$0] }.min()
            ring = Self.span(marks[.offered], answer ?? end)
        }
        guard let connected = interaction.connected, let end else { return }
        hold = min(Self.held(interaction, from: connected, to: end), max(0, end - connected))
        talk = max(0, end - connected - hold)
        let done = [Interaction.Mark.completed, .finished, .abandoned, .canceled].compactMap { marks[$0] }.min()
        wrap = Self.span(end, done)
    }

    private static func span(_ from: Int?, _ to: Int?) -> Int {
        guard let from, let to else { return 0 }
        return max(0, to - from)
    }

    /// How long the customer heard music between two moments.
    private static func held(_ interaction: Interaction, from start: Int, to end: Int) -> Int {
        let holds = holds(interaction, from: start, to: end)
        return holds.past + (holds.since.map { max(0, end - $0) } ?? 0)
    }

    /// How long the customer was on hold between two moments, and since when he is; milliseconds.
    static func holds(_ interaction: Interaction, from start: Int = 0, to end: Int = .max) -> (past: Int, since: Int?) {
        var total = 0
        var since: Int?
        for (_, step) in interaction.orderedSteps where interaction.party(step) == .customer {
            switch step.kind {
            case .hold: since = since ?? max(step.at, start)
            case .unhold:
                if let began = since { total += max(0, min(step.at, end) - began) }
                since = nil
            default: break
            }
        }
        return (total, since)
    }

    var json: JSONValue {
        [
            "ringMs": .number(JSONNumber(ring)), "talkMs": .number(JSONNumber(talk)),
            "holdMs": .number(JSONNumber(hold)), "wrapMs": .number(JSONNumber(wrap)),
        ]
    }
}
