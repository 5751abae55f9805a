import Bus
import Events
import Wire

/// How a record for the CRM is queued: a row, and an event that has it written.
enum ActivityOutbox {
    static let topic: Topic = "activity.due"

    /// The row and the event for one record, to be put into the transaction that ends its interaction.
    ///
    /// - Parameters:
    ///   - log: The record; a later revision takes the place of an earlier one.
    ///   - now: When it is queued.
    /// - Returns: Both.
    /// - Throws: ``EventError`` when the interaction's id is too long for a key.
    static func enqueue(_ log: ActivityLog, at now: Timestamp) throws(EventError) -> (
        write: MapWrite, event: OutgoingEvent
    ) {
        var event = Event(
            id: try EventID("activity.due:\(log.interactionID):\(log.revision)"), source: try EventSource("/crm"),
            topic: topic, key: try OrderingKey(log.interactionID), time: now,
            data: ["interactionId": .string(log.interactionID), "revision": .number(JSONNumber(log.revision))])
        event.correlationID = log.interactionID
        return (
            MapWrite(.put, map: CRMMaps.outbox, key: CRMMaps.due(log), value: log.json.bytes), try OutgoingEvent(event)
        )
    }
}
