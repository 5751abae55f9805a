/// The piece of work in TaskRouter that a pair belongs to.
///
/// Texts are empty when they are not known.
struct PairTask: Hashable, Sendable {
    var task = ""
    var reservation = ""
    /// The agent's worker on the Flex side, and the name that both projects know.
    var worker = ""
    var workerName = ""
    /// Such as `web`, `sms` or `whatsapp`.
    var channel = ""
    var interaction = ""
    var interactionChannel = ""
}
