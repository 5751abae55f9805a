import DequeModule
import Events
import HeapModule
import Wire

/// Decides who gets which event of one group, when it is given again and when it is given up.
///
/// A value: it takes messages, records and `now`, and changes itself; frames for members and records for the journal
/// wait in it until the owner takes them. Nothing here sees a socket, a file or a clock.
///
/// The group reads the journal from `next` on. A matching event becomes an ``Entry``; entries from the oldest unsettled
/// one on are kept in `entries`, numbered without gaps, so that a delivery finds its entry by subtraction. The entries
/// of one ordering key form a list (``KeyState``): some of its head handed out to one member, the rest waiting.
struct GroupMachine {
    let name: String
    var config: GroupConfig { didSet { configChanged() } }

    // Reading
    /// Where the group reads on.
    var next: UInt64
    /// What ended before a restart, above the floor: passed over when read again.
    var restoredSettled: Set<UInt64> = []
    /// Those of them that were read again above the floor, in order: snapshots must not forget them.
    var passedSettled: Deque<UInt64> = []
    var restoredAttempts: [UInt64: UInt16] = [:]
    /// Per topic number: 0 not asked yet, 1 no, 2 yes.
    var matching: [UInt8] = []
    private(set) var filters: [TopicFilter] = []

    /// Why the group reads nothing for now: what comes next cannot be read, so its keys are not known.
    var standstill: Standstill?
    /// Keys whose next event cannot be read; others go on.
    var unreadable: [UInt64: Standstill] = [:]

    // Deliveries
    var entries: Deque<Entry> = []
    /// Number of the first entry.
    var entryBase: UInt64 = 0
    var keys: [UInt64: KeyState] = [:]
    var deliveries: Deque<DeliverySlot> = []
    /// Id of the first delivery slot.
    var deliveryBase: UInt64
    var members: [Member] = []
    /// Keys with waiting entries and nothing handed out.
    var ready: Deque<UInt64> = []
    /// Keys that wait for their backoff, by time.
    var timers: Heap<Timer> = []
    var ackPending = 0
    var parked = 0
    /// No `ack_wait` ends before it.
    var earliestDeadline: UInt64 = .max

    // Giving up
    var deadLetters: [UInt64: DeadLetter] = [:]
    var deadLetterBytes = 0
    /// Keys that are parked by `park_key`, with how many dead letters hold each.
    var parkedKeys: [UInt64: Int] = [:]
    /// Redrive records that are not read yet, with the hash of their key.
    var unreadRedrives: [UInt64: UInt64] = [:]
    /// Dead letters that no snapshot has.
    var unsavedLetters: Set<UInt64> = []
    /// Outcomes of failed attempts by entry number, for the dead letters.
    var histories: [UInt64: [String]] = [:]

    // Waiting for the owner
    var settlement = SettlementRecord()
    var newDeadLetters: [DeadLetter] = []
    var newLetterBytes = 0
    /// The floor moved without an outcome, which must be journalled all the same.
    var isFloorUnsaid = false
    var outgoing: [Outgoing] = []
    /// Changed since the last snapshot.
    var isDirty = true
    /// How many events a full disk took from this group.
    var skippedAtFloor: UInt64 = 0

    /// One matching event between the floor and `next`.
    struct Entry {
        enum State: UInt8 { case waiting, delivered, settled }

        var offset: UInt64
        var key: UInt64
        /// Number of the next entry with this key, or `noEntry`.
        var nextInKey: UInt64
        var delivery: UInt64
        var size: UInt32
        var attempts: UInt16
        var state: State
        var isRedriven: Bool
    }

    static let noEntry = UInt64.max

    /// The entries of one ordering key, in journal order.
    struct KeyState {
        var head: UInt64
        var tail: UInt64
        /// The first entry that is not handed out, or `noEntry`.
        var cursor: UInt64
        var inFlight: Int32 = 0
        /// Whose the handed out ones are.
        var member: UInt32 = 0
        /// When `ack_wait` of the head ends.
        var deadline: UInt64 = .max
        /// Nothing is handed out before it.
        var blockedUntil: UInt64 = 0
        var isReady = false
    }

    /// What a delivery id stands for.
    struct DeliverySlot {
        var entry: UInt64
        var member: UInt32
        var isLive: Bool
    }

    /// One subscription.
    struct Member {
        var subscription: UInt32
        var session: UInt32
        var credit = 0
        var creditBytes = 0
        var ackPending = 0
        /// Frames wait for it already: it does not read as fast as it grants.
        var isCongested = false
        /// Whether it takes another event now.
        var isOpen: Bool { credit > 0 && creditBytes > 0 && !isCongested }
        /// The `deliver` frame under construction.
        var frame: [UInt8] = []
        var frameCount: UInt32 = 0
    }

    struct Timer: Comparable {
        var time: UInt64
        var key: UInt64
        static func < (left: Timer, right: Timer) -> Bool { left.time < right.time }
    }

    /// A damaged place before which a group, or one of its keys, stands.
    struct Standstill {
        var offset: UInt64
        var damage: RecordDamage
        /// When it is read again, monotonic nanoseconds.
        var until: UInt64

        var reason: String {
            "offset \(offset) cannot be read: \(damage.reason) Offset \(damage.resume) is the first behind it that can be "
                + "asked for"
        }
    }

    /// How long a group or a key stands before a damaged place until it is read again, nanoseconds.
    static let damagedRetry: UInt64 = 10_000_000_000
    /// With so many keys standing that time doubles, with twice as many it is three times as long, and so on.
    static let keysPerRetry = 64
    /// What one read that fails takes of ``eventsPerTurn``.
    static let failedReadCost = 256

    /// A frame for a session.
    struct Outgoing {
        var session: UInt32
        var frame: [UInt8]
    }

    /// - Parameters:
    ///   - name: The group's.
    ///   - config: Checked by ``GroupConfig/problem()``.
    ///   - start: Where it begins to read.
    ///   - epoch: The Broker's: delivery ids of different runs differ by it.
    init(name: String, config: GroupConfig, start: UInt64, epoch: UInt64) {
        self.name = name
        deliveryBase = (epoch & 0xFF_FFFF) << 40 | 1
        self.config = config
        next = start
        configChanged()
    }

    private mutating func configChanged() {
        filters = config.filters.compactMap { try? TopicFilter($0) }
        matching = []
        isDirty = true
    }

    /// The id of the next delivery.
    var nextDelivery: UInt64 { deliveryBase + UInt64(deliveries.count) }

    /// Everything below it that matches is settled.
    var floor: UInt64 { entries.first?.offset ?? next }

    /// Events without an outcome: those that were read, and of the `unread` records all but what a restart knows as settled.
    func lag(unread: UInt64) -> UInt64 {
        UInt64(ackPending + parked) + unread - min(unread, UInt64(restoredSettled.count))
    }

    /// Whether members could take more and no limit of the group forbids it.
    var canRead: Bool {
        ackPending < config.maxAckPending && parked < config.maxParked && entries.count < config.maxSpread
            && !isDeadLetterStoreFull && members.contains { $0.isOpen }
    }

    /// Bytes of dead letters that one group keeps.
    static let deadLetterBytesLimit = 64 << 20

    var isDeadLetterStoreFull: Bool {
        deadLetters.count >= config.maxDeadLetters || deadLetterBytes >= GroupMachine.deadLetterBytesLimit
    }

    /// Why nothing flows although somebody has credit, or only some keys do; nil when all flows or nobody asks.
    func stalled() -> String? {
        if let standstill { return "nothing further is read: \(standstill.reason)" }
        if isDeadLetterStoreFull {
            return "dead letters are at their limit (\(config.maxDeadLetters) or 64 MiB): retry or drop some"
        }
        let held = "the oldest unsettled event is at offset \(floor)"
        if entries.count >= config.maxSpread { return "max_spread \(config.maxSpread) is reached: \(held)" }
        if parked >= config.maxParked { return "max_parked \(config.maxParked) is reached: \(held)" }
        if ackPending >= config.maxAckPending { return "max_ack_pending \(config.maxAckPending) is reached: \(held)" }
        guard let oldest = unreadable.values.min(by: { $0.offset < $1.offset }) else { return nil }
        return
            "\(unreadable.count) \(unreadable.count == 1 ? "key stands" : "keys stand") still, others go on: \(oldest.reason)"
    }

    /// Whether the group wants events of this topic.
    @inline(__always)
    mutating func wants(topic number: UInt32, names: (UInt32) -> [UInt8]) -> Bool {
        let place = Int(number)
        if place >= matching.count {
            matching.append(contentsOf: repeatElement(0, count: place + 1 - matching.count))
        }
        if matching[place] == 0 {
            let name = names(number)
            let matches = name.withUnsafeBytes { bytes in filters.contains { $0.matches(bytes) } }
            matching[place] = matches ? 2 : 1
        }
        return matching[place] == 2
    }

    /// The place of a subscription in `members`.
    @inline(__always)
    func place(of subscription: UInt32) -> Int? { members.firstIndex { $0.subscription == subscription } }

    @inline(__always)
    subscript(entry number: UInt64) -> Entry {
        get { entries[Int(number - entryBase)] }
        set { entries[Int(number - entryBase)] = newValue }
    }
}
