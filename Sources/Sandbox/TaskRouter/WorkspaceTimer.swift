/// What falls due in a workspace.
enum WorkspaceTimer: Hashable, Sendable {
    /// A worker did not answer.
    case reservation(String)
    /// A task has lived long enough.
    case taskTimeout(String)
    /// The target's turn is over.
    case target(task: String)
    /// An ended task goes.
    case deletion(task: String)
}
