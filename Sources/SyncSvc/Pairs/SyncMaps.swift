/// The maps of the Broker in which SyncSvc keeps what must outlive it, and the groups in which it reads.
///
/// In shadow mode they have other names, so that trying out leaves no trace in the real ones, and takes no event away
/// from a process that works.
struct SyncMaps: Hashable, Sendable {
    /// Conversation SID → pair id.
    let links: String
    /// Pair id → ``PairRecord``.
    let pairs: String
    /// SID of a message → SID of its copy, for a limited time; see ``MirroredMessages``.
    let messages: String
    /// Side and pair id → what waits until that side answers again.
    let waiting: String
    /// The group of ``DoorbellConsumer``, and that of ``PumpConsumer``.
    let doorbellGroup: String
    let pumpGroup: String

    init(isShadow: Bool) {
        let prefix = isShadow ? "shadow" : "sync"
        links = "\(prefix)-links"
        pairs = "\(prefix)-pairs"
        messages = "\(prefix)-messages"
        waiting = "\(prefix)-waiting"
        doorbellGroup = isShadow ? "shadow-doorbells" : DoorbellConsumer.group
        pumpGroup = isShadow ? "shadow-pump" : PumpConsumer.group
    }
}
