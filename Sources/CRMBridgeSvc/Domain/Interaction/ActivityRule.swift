/// Which record an interaction leaves in the CRM, and when.
enum ActivityRule {
    /// The record as it should stand; nil while the interaction is not at its end.
    ///
    /// A further one, with a higher revision, is due only when something in it differs.
    static func log(_ interaction: Interaction) -> ActivityLog? {
        guard interaction.state.isFinal else { return nil }
        let times = InteractionTimes(interaction)
        let marks = interaction.marks
        let started = [Interaction.Mark.offered, .requested, .accepted].compactMap { marks[$0] }.min()
        let end = interaction.ended ?? marks.values.max() ?? 0
        var log = ActivityLog(
            interactionID: interaction.id, revision: interaction.log?.revision ?? 0, agentID: interaction.agentID,
            channel: interaction.channel, direction: interaction.direction, from: interaction.from,
            to: interaction.to, record: interaction.record, started: started ?? end, ended: max(end, started ?? end),
            ring: times.ring, talk: times.talk, hold: times.hold, wrap: times.wrap, outcome: outcome(interaction),
            dispositionCode: interaction.disposition.code, notes: interaction.disposition.notes,
            queue: interaction.queueName, customerName: interaction.customerName)
        guard log != interaction.log else { return nil }
        log.revision += 1
        return log
    }

    static func outcome(_ interaction: Interaction) -> ActivityLog.Outcome {
        switch interaction.state {
        case .missed: return .missed
        case .rejected: return .rejected
        case .cancelled: return .cancelled
        default: break
        }
        guard interaction.isDial, interaction.connected == nil else { return .completed }
        if interaction.isUnknown { return .failed }
        switch interaction.customerEnd {
        case "busy": return .busy
        case "no-answer": return .noAnswer
        case "failed": return .failed
        case "canceled": return .cancelled
        default: return interaction.agentEnd == "failed" || interaction.dial?.failure != nil ? .failed : .cancelled
        }
    }
}
