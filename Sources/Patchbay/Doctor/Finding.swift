/// What a check found, and what to do about it.
struct Finding: Hashable, Sendable {
    enum Level: String, Hashable, Sendable {
        case ok
        /// Works, but not as well as it could.
        case warning
        /// Does not work.
        case problem
    }

    let level: Level
    let text: String
    /// What to change; empty for what is in order.
    var remedy = ""
}
