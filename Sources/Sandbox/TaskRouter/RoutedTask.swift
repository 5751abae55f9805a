import Events

/// A piece of work on its way to a worker and through his hands.
struct RoutedTask: Hashable, Sendable {
    /// Seconds that a task lives before it has an end, when nothing else is said, and at most.
    static let defaultTimeout = 86_400
    static let timeoutRange = 1...1_209_600
    /// How long an ended task stays to be read: the provider deletes it then by itself.
    static let keptAfterEnd = Duration.seconds(300)

    /// Where it stands in its workflow.
    enum Place: Hashable, Sendable {
        /// A target of a filter.
        case target(filter: Int, target: Int)
        /// The queue of the default filter.
        case defaultTarget
        /// Straight to a queue, without a workflow.
        case queue
        /// Straight to one worker; a forced one whatever his activity and capacity.
        case worker(String, isForced: Bool)
    }

    let sid: String
    /// The JSON document as it was given.
    var attributesText: String
    var attributes: JSONValue
    var status: AssignmentStatus
    var priority: Int
    let channelSID: String
    let workflowSID: String?
    var queueSID: String?
    var place: Place
    /// Set when it has entered the target it stands at; timers of an earlier one are recognised by it.
    var targetExpiresAt: Timestamp?
    let timeoutSeconds: Int
    var reason: String?
    let ignoresCapacity: Bool
    let routingTarget: String?
    /// Workers who declined it: it is not offered to them again until they become available anew.
    var declinedBy: Set<String> = []
    var reservations: [String] = []
    /// Counts changes; the resource's ETag.
    var version: Int
    let createdAt: Timestamp
    var updatedAt: Timestamp
    var queueEnteredAt: Timestamp?
    var virtualStartTime: Timestamp

    /// When its time to live is over.
    var expiresAt: Timestamp { createdAt.advanced(by: .seconds(timeoutSeconds)) }

    /// Whole seconds since it was created.
    func age(_ now: Timestamp) -> UInt64 {
        now < createdAt ? 0 : (now.unixNanoseconds - createdAt.unixNanoseconds) / 1_000_000_000
    }
}
