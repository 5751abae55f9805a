import Events

/// How messages come to customers outside: sent, delivered, and read where the channel tells.
extension World {
    /// From a message's creation to each step, as a carrier might take.
    static let sentDelay: Duration = .milliseconds(50)
    static let deliveredDelay: Duration = .milliseconds(250)
    static let readDelay: Duration = .milliseconds(1_500)
    /// Numbers that end in this cannot be reached: their receipts end as undelivered with error 30003.
    static let unreachableEnding = "9999"

    /// Gives a new message a receipt for each customer outside but its author, and starts its way.
    mutating func makeReceipts(_ message: inout Message, in position: Int) {
        let outside = messaging[position].participants.filter {
            $0.binding != nil && $0.binding?.address != message.author && $0.sid != message.participantSID
        }
        guard !outside.isEmpty else { return }
        let conversation = messaging[position].sid
        let sid = message.sid
        for participant in outside {
            guard let binding = participant.binding else { continue }
            let receipt = DeliveryReceipt(
                sid: newSID("DY"), channelMessageSID: newSID("SM"), participantSID: participant.sid, status: .sent,
                created: now, updated: now)
            message.receipts.append(receipt)
            let number = receipt.sid
            after(Self.sentDelay) { $0.advance(number, of: sid, in: conversation, to: .sent) }
            if binding.address.hasSuffix(Self.unreachableEnding) {
                after(Self.deliveredDelay) { $0.advance(number, of: sid, in: conversation, to: .undelivered) }
                continue
            }
            after(Self.deliveredDelay) { $0.advance(number, of: sid, in: conversation, to: .delivered) }
            if binding.kind == .whatsapp {
                after(Self.readDelay) { $0.advance(number, of: sid, in: conversation, to: .read) }
            }
        }
    }

    /// Moves a receipt on, unless the message is gone.
    private mutating func advance(
        _ receipt: String, of message: String, in conversation: String, to status: DeliveryReceipt.Status
    ) {
        guard let position = messaging.find(conversation, service: nil),
            let at = messaging.message(message, in: position),
            let which = messaging[position].messages[at].receipts.firstIndex(where: { $0.sid == receipt })
        else { return }
        messaging[position].messages[at].receipts[which].status = status
        messaging[position].messages[at].receipts[which].updated = now
        if status == .undelivered { messaging[position].messages[at].receipts[which].errorCode = 30003 }
        let changed = messaging[position].messages[at]
        show(.updated, message: changed, in: position)
        fire(.deliveryUpdated, in: position, message: changed, receipt: changed.receipts[which], origin: .platform)
    }
}
