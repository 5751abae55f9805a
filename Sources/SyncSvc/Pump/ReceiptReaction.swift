import Events
import TwilioREST

/// A copy was delivered, or not, or someone has read up to a message: the side where it was written learns of it.
///
/// Twilio has no way to write a receipt. What happened to a copy is noted in the source's attributes, under our own key:
/// `{"patchbay":{"delivery":"delivered"}}`. Who has read is a read horizon on both sides.
struct ReceiptReaction: PairReaction {
    /// A later status never gives way to an earlier one.
    static let order = ["sent", "delivered", "read", "undelivered", "failed"]

    let reasons: Set<PumpReason> = [.receipt, .read]

    func react(to event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        guard let record = session.record, record.isCopying else { return .done }
        return event.reason == .receipt
            ? try await receipt(event, record, session) : try await horizon(event, record, session)
    }

    private func receipt(_ event: PumpEvent, _ record: PairRecord, _ session: PairSession) async throws -> PumpOutcome {
        guard let sid = event.messageSID, let status = event.details["status"]?.string,
            let conversation = record.conversations[event.side],
            let source = record.conversations[event.side.other]
        else { return .done }
        let projects = session.services.projects
        // Only what happens to a copy is news for the other side; the copy itself says of what.
        guard
            case .of(event.side.other, let written) = try await projects[event.side].message(sid, in: conversation)?.tag,
            let present = try await projects[event.side.other].message(written, in: source)
        else { return .done }
        guard let attributes = Self.noting(status, in: present.attributes, code: event.details["errorCode"]) else {
            return .done
        }
        _ = try await projects[event.side.other].edit(written, in: source, body: nil, attributes: attributes)
        return .done
    }

    /// The attributes with a status; nil: they say as much already.
    static func noting(_ status: String, in attributes: JSONObject, code: JSONValue?) -> JSONObject? {
        guard let rank = order.firstIndex(of: status) else { return nil }
        var own = attributes[MirrorTag.namespace]?.object ?? JSONObject()
        if let known = own["delivery"]?.string, let present = order.firstIndex(of: known), present >= rank {
            return nil
        }
        own["delivery"] = .string(status)
        own["errorCode"] = code
        var attributes = attributes
        attributes[MirrorTag.namespace] = .object(own)
        return attributes
    }

    /// The other side's participant of the same person has read as far.
    private func horizon(_ event: PumpEvent, _ record: PairRecord, _ session: PairSession) async throws -> PumpOutcome {
        guard let read = event.details["lastReadMessageIndex"]?.integer.map(Int.init),
            let sid = event.details["participantSid"]?.string,
            let person = record.participants.first(where: { $0.sids[event.side] == sid }),
            let conversation = record.conversations[event.side.other]
        else { return .done }
        let participant = person.sids[event.side.other]
        // Both sides are equal message by message once everything is copied: then both ends are the same place.
        guard !participant.isEmpty, read >= record.cursors[event.side].index else { return .done }
        let index = record.cursors[event.side.other].index
        guard index >= 0 else { return .done }
        _ = try await session.services.projects[event.side.other].setRead(
            participant, in: conversation, index: index)
        return .done
    }
}
