import Events

/// Decides whether what the mobile app wrote down is a transfer that is still to be made.
///
/// Told by the state of both sides, not by a clock as in the sample: a transfer is due while the work on the Flex side
/// is still the source's.
enum TransferDecision: Hashable, Sendable {
    case nothing
    case start(TransferSaga)

    /// The open reservations of the conversation's tasks on the Flex side.
    struct Owner: Hashable, Sendable {
        /// Frontline identity.
        let identity: String
        let task: String
    }

    /// Decides.
    ///
    /// - Parameters:
    ///   - attributes: The Frontline conversation's.
    ///   - handled: Ids of transfers that were carried out or undone already.
    ///   - owners: Who holds an accepted reservation.
    ///   - isForbidden: Whether the configuration forbids transfers.
    /// - Returns: A transfer that begins, be it only to be undone; or nothing.
    static func of(
        attributes: JSONObject, handled: [String], owners: [Owner], isForbidden: Bool
    ) -> TransferDecision {
        guard let event = TransferEvent.last(in: attributes), !handled.contains(event.id) else { return .nothing }
        // Done on the Flex side already, by whoever: the attributes only tell of it.
        guard !owners.contains(where: { $0.identity == event.to }) else { return .nothing }
        guard !isForbidden else { return .start(TransferSaga(event, refusedFor: .forbidden)) }
        guard let source = owners.first(where: { $0.identity == event.from }) else {
            // Without any owner the conversation is not Flex's business yet, or no longer.
            guard !owners.isEmpty else { return .nothing }
            return .start(TransferSaga(event, refusedFor: .nothingToTransfer))
        }
        return .start(TransferSaga(event, sourceTask: source.task))
    }
}
