/// Where a call stands.
///
/// queued → ringing → in-progress → completed; before the answer it may also end as busy, failed, no-answer or canceled.
/// No call leaves an end, and none comes back to an earlier stage.
enum CallStatus: String, CaseIterable, Hashable, Sendable {
    case queued, ringing
    case inProgress = "in-progress"
    case completed, busy, failed
    case noAnswer = "no-answer"
    case canceled

    var hasEnded: Bool {
        switch self {
        case .queued, .ringing, .inProgress: false
        case .completed, .busy, .failed, .noAnswer, .canceled: true
        }
    }

    /// Whether it may become that.
    func allows(_ next: CallStatus) -> Bool {
        switch (self, next) {
        case (.queued, .ringing), (.queued, .inProgress), (.ringing, .inProgress), (.inProgress, .completed): true
        case (.queued, _), (.ringing, _): next != .completed && next.hasEnded
        default: false
        }
    }

    /// The status callback's event; initiated is that of the call's creation.
    var event: String {
        switch self {
        case .queued: "initiated"
        case .ringing: "ringing"
        case .inProgress: "answered"
        default: "completed"
        }
    }

    /// `SipResponseCode` of an end.
    var sipCode: Int {
        switch self {
        case .busy: 486
        case .noAnswer: 480
        case .canceled: 487
        case .failed: 404
        default: 200
        }
    }
}
