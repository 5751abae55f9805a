import Events

/// Something that was told about an interaction, or that its agent wants.
enum InteractionInput: Hashable, Sendable {
    /// A milestone of the reservation, the task or the call.
    case mark(Interaction.Mark, at: Int)
    /// Somebody in the conference; `key` orders and names the step.
    case step(Interaction.Step, key: String, conference: String?)
    /// A leg's progress; `status` is that of a call that ended.
    case leg(DialMachine.Who, Interaction.Mark, call: String, status: String?, at: Int)
    /// The third party of a transfer: its leg, or the task of the other agent.
    case transfer(Interaction.Transfer.Phase, sid: String?, at: Int)
    case begins(Interaction.Transfer)
    /// Who the customer is, as the CRM says.
    case matches(ContactMatches)
    case record(CRMRecord)
    case disposition(Interaction.Disposition)
    case popped(trigger: String)
    case requested(String)
    case logged(status: String, reference: CRMRecord?, revision: Int)
    case dial(DialMachine)
    case facts(TaskFacts, allowed: [String])
    /// Until when the agent can take the offer.
    case expires(Int)
}
