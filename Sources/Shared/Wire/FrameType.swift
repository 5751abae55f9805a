/// The kinds of message.
///
/// Below 0x80 they go to the Broker, from 0x80 on they come from it.
public enum FrameType: UInt8, Sendable, CaseIterable {
    /// First message of a session. Body: ``Hello`` as JSON.
    case hello = 0x01
    /// Sign of life, answered at once by `pong`. No body.
    case ping = 0x02
    /// The client goes; what it holds is released. No body, no answer.
    case goodbye = 0x03

    /// Events to store. `ref` = the session's sequence number of the first. Body: ``PublishBody``.
    case publish = 0x10
    /// After a refusal: publishing goes on with sequence number `ref`. No body; answered by `done`.
    case resume = 0x11

    /// Become a member of a group. Body: ``JoinRequest`` as JSON.
    case join = 0x20
    /// More deliveries are welcome. Body: ``CreditBody``.
    case credit = 0x21
    /// Outcomes, publishes and map writes in one transaction. Body: ``SettleBody``.
    case settle = 0x22
    /// Leave a group. Body: `u32 subscription`; answered by `done`.
    case leave = 0x23

    /// Ask a service. Body: ``CallBody``.
    case call = 0x30
    /// A server's answer to `request`, with its `ref`. Body: ``ReplyBody``.
    case reply = 0x31
    /// Offer a service. Body: ``ServeRequest`` as JSON; answered by `done`.
    case serve = 0x32
    /// Take no more calls to a service. Body: ``UnserveRequest`` as JSON; answered by `done`.
    case unserve = 0x33

    /// Read one map entry. Body: ``MapGetBody``.
    case mapGet = 0x40
    /// List map entries by prefix, in key order. Body: ``MapListBody``.
    case mapList = 0x41

    /// Read the journal without a group. Body: ``ReadRequest`` as JSON.
    case read = 0x50

    /// Operate the Broker. Body: ``AdminRequest`` as JSON; answered by `done`.
    case admin = 0x60

    /// Answers `hello`. Body: ``Welcome`` as JSON.
    case welcome = 0x81
    case pong = 0x82
    /// The Broker ends the session. Body: ``Failure`` as JSON.
    case close = 0x83

    /// Answers `publish`. Body: ``PublishedBody``.
    case published = 0x90

    /// Answers `join`. Body: ``Joined`` as JSON.
    case joined = 0xA0
    /// Events of a group. Body: ``DeliverBody``.
    case deliver = 0xA1
    /// Answers `settle`. Body: ``SettledBody``.
    case settled = 0xA2
    /// Deliveries that were taken back. Body: `u32 subscription, u32 count`, count × `u64 delivery`.
    case revoked = 0xA3

    /// Answers `call`. Body: ``ReplyBody``.
    case replied = 0xB0
    /// A call for a server. Body: ``CallBody``, the deadline being what is left of it.
    case request = 0xB1

    /// Answers `mapGet`. Body: ``MapValueBody``.
    case mapValue = 0xC0
    /// Answers `mapList`. Body: ``MapEntriesBody``.
    case mapEntries = 0xC1

    /// Answers `read` with matching records. Body: ``RecordsBody``.
    case records = 0xD0
    /// Answers a raw `read`. Body: `u64 next, u64 end`, then whole batches as they lie in the journal.
    case slices = 0xD1

    /// Answers with nothing to say or a small JSON document.
    case done = 0xE0
    /// Answers any request that failed. Body: ``Failure`` as JSON.
    case failure = 0xE1
}
