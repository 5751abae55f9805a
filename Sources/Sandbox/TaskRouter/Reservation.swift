import Events

/// A task held for one worker.
struct Reservation: Hashable, Sendable {
    let sid: String
    let taskSID: String
    let workerSID: String
    let workerName: String
    let channelSID: String
    var status: ReservationStatus
    /// Counts changes; the resource's ETag.
    var version: Int
    /// When it times out unanswered.
    let expiresAt: Timestamp
    let createdAt: Timestamp
    var updatedAt: Timestamp
}
