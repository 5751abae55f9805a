/// Where a task stands.
///
/// pending ⇄ reserved → assigned → wrapping → completed; pending and reserved → canceled. A client may also complete an
/// assigned task at once.
enum AssignmentStatus: String, CaseIterable, Hashable, Sendable {
    case pending, reserved, assigned, canceled, completed, wrapping

    /// Whether a client's request may make it that.
    func allowsRequest(_ next: AssignmentStatus) -> Bool {
        switch (self, next) {
        case (.pending, .canceled), (.reserved, .canceled), (.assigned, .wrapping), (.assigned, .completed),
            (.wrapping, .completed):
            true
        default: false
        }
    }

    var hasEnded: Bool { self == .canceled || self == .completed }
}
