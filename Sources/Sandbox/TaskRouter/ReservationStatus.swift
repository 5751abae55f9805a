/// Where a reservation stands.
///
/// Legal moves: pending → accepted | rejected | timeout | canceled | rescinded; accepted → wrapping | completed;
/// wrapping → completed. Everything else is an error of the API.
enum ReservationStatus: String, CaseIterable, Hashable, Sendable {
    case pending, accepted, rejected, timeout, canceled, rescinded, wrapping, completed

    /// Whether it may become that.
    func allows(_ next: ReservationStatus) -> Bool {
        switch (self, next) {
        case (.pending, .accepted), (.pending, .rejected), (.pending, .timeout), (.pending, .canceled),
            (.pending, .rescinded):
            true
        case (.accepted, .wrapping), (.accepted, .completed), (.wrapping, .completed): true
        default: false
        }
    }

    /// Whether it takes a part of the worker's capacity.
    var isOpen: Bool {
        switch self {
        case .pending, .accepted, .wrapping: true
        case .rejected, .timeout, .canceled, .rescinded, .completed: false
        }
    }

    /// The event that tells of its arrival here.
    var eventType: String {
        switch self {
        case .pending: "reservation.created"
        case .wrapping: "reservation.wrapup"
        default: "reservation.\(rawValue)"
        }
    }
}
