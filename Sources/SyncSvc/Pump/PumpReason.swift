/// Why a pair is to be looked at.
enum PumpReason: String, CaseIterable, Hashable, Sendable {
    /// A message was written.
    case message
    /// A message was edited.
    case edit
    /// A message was deleted.
    case removal
    /// A message was delivered, or not.
    case receipt
    /// Someone read up to a message.
    case read
    /// Someone joined or left.
    case participant
    /// The conversation was opened, closed or removed.
    case state
    /// Its attributes or name changed.
    case attributes
    /// An agent accepted the work.
    case accepted
    /// A conversation of the mobile app appeared that has no pair yet.
    case appeared
    /// The work ended: completed, canceled, wrapping.
    case ended
    /// A transfer is wanted or done.
    case transfer
    /// Bring both sides into step, whatever happened.
    case repair
}
