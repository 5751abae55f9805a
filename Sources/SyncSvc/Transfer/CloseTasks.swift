/// What closing a conversation means for the tasks and reservations of the Flex side.
///
/// Legal moves are TaskRouter's: a pending reservation cannot be completed, so its task is canceled; accepted ones and
/// those in wrap-up are completed, all of them, not the first one only as in the sample.
enum CloseTasks {
    /// A task with its reservations, as listed.
    struct Task: Hashable, Sendable {
        let sid: String
        let status: Status
        let reservations: [Reservation]
    }

    struct Reservation: Hashable, Sendable {
        let sid: String
        let status: Status
    }

    /// TaskRouter's words for both.
    enum Status: String, Hashable, Sendable, CaseIterable {
        case pending, reserved, assigned, accepted, wrapping, completed, canceled, rejected, timeout, rescinded

        var isOver: Bool {
            switch self {
            case .completed, .canceled, .rejected, .timeout, .rescinded: true
            case .pending, .reserved, .assigned, .accepted, .wrapping: false
            }
        }
    }

    enum Step: Hashable, Sendable {
        /// To `completed`: repeated, it is an error that says so, and counts as done.
        case completeReservation(String, task: String)
        /// The task itself, when none of its reservations carries it.
        case completeTask(String)
        case cancelTask(String)
    }

    /// The steps for all tasks of a conversation, in the order in which they are to be taken.
    static func plan(_ tasks: [Task]) -> [Step] {
        tasks.filter { !$0.status.isOver }.flatMap { task -> [Step] in
            let held = task.reservations.filter { $0.status == .accepted || $0.status == .wrapping }
            if !held.isEmpty { return held.map { .completeReservation($0.sid, task: task.sid) } }
            switch task.status {
            case .pending, .reserved: return [.cancelTask(task.sid)]
            case .assigned, .wrapping: return [.completeTask(task.sid)]
            default: return []
            }
        }
    }

    /// Whether the conversations end when a task did: nothing is open any more, and no transfer is under way.
    static func closesConversation(_ tasks: [Task], isTransferring: Bool) -> Bool {
        !isTransferring && !tasks.isEmpty && tasks.allSatisfy(\.status.isOver)
    }
}
