import Events

/// One message of a conversation.
struct Message: Sendable {
    let number: SIDNumber
    /// Contiguous from 0 in its conversation; the index of a removed message is not given again.
    let index: Int
    var author: String
    var body: String?
    var subject: String?
    var attributes = "{}"
    var participantSID: String?
    var media: [String] = []
    var created: Timestamp
    var updated: Timestamp
    var lastUpdatedBy: String?
    var isEdited = false
    var receipts: [DeliveryReceipt] = []

    var sid: String { number.text("IM") }
}

/// How far a message has come on its way to one customer outside.
struct DeliveryReceipt: Sendable {
    enum Status: String, CaseIterable, Sendable {
        case sent, delivered, read, failed, undelivered
    }

    let sid: String
    let channelMessageSID: String
    let participantSID: String
    var status: Status
    var errorCode = 0
    let created: Timestamp
    var updated: Timestamp
}
