internal import DequeModule
internal import Wire

/// What a worker's handler decided, ready for the wire.
enum WorkerOutcome: Equatable, Sendable {
    case ack
    case nak(delay: UInt32, reason: String)
    case term(reason: String)
    /// A transaction settled it already.
    case settled
    /// Its transaction was fenced: nothing is to be said any more.
    case dropped
}

/// Decides which delivery runs next, what is said to the Broker about those that ended, and when more are wanted.
///
/// Deliveries wait in lanes, one per ordering key; a lane has at most one delivery at work, in the order in which they
/// came. A free lane's first delivery goes to any idle worker. After a nak or a term the lane waits until the Broker has
/// answered it: whatever it takes back of that lane has been taken back by then, so nothing overtakes a failed event.
/// Knows no socket, clock, task or continuation; `now` is in monotonic nanoseconds.
struct ConsumerMachine: Sendable {
    /// A delivery that waits.
    struct Slot: Sendable {
        var frame: [UInt8]
        /// Where its record starts in `frame`.
        var record: Int
        /// Bytes of its record, as counted by credit.
        var bytes: Int
        var delivery: UInt64
        /// The next one of its lane, -1 for none.
        var next: Int32
    }

    enum LanePhase: Equatable, Sendable {
        /// Nothing waits, nobody works.
        case idle
        /// Waits for a worker.
        case ready
        case running
        /// Waits for the answer to a nak or a term.
        case blocked
    }

    /// The deliveries of one ordering key.
    struct Lane: Sendable {
        var key: UInt64
        var first: Int32 = -1
        var last: Int32 = -1
        var phase: LanePhase = .idle
        /// When the Broker's `ack_wait` of the first unsettled delivery started, as far as is known here.
        var clock: UInt64 = 0
    }

    /// One of the tasks that run the handler.
    struct Worker: Sendable {
        var lane: Int32 = -1
        var delivery: UInt64 = 0
        var bytes = 0
        /// Taken back, or of a session that ended: its outcome is dropped.
        var isSuperseded = false
        /// Its task was cancelled, and must not take another delivery.
        var isCancelled = false

        var isRunning: Bool { lane >= 0 }
    }

    /// What a worker does next.
    enum Step: Sendable {
        case run(RecordSlice)
        /// Nothing is ready: wait until the worker is named by ``assign(now:)``.
        case park
        /// Its task was cancelled: it ends, and another takes its place.
        case replace
        /// The consumer stops.
        case stop
    }

    /// Idle lanes that are kept before their memory is given back.
    static let idleLanes = 8_192

    let options: ConsumeOptions
    var ackWait: UInt64 = 30_000_000_000
    var subscription: UInt32 = 0
    var isStopping = false
    var slots: [Slot] = []
    var freeSlots: [Int32] = []
    var lanes: [Lane] = []
    var freeLanes: [Int32] = []
    var laneOfKey: [UInt64: Int32] = [:]
    var ready: Deque<Int32> = []
    var workers: [Worker]
    /// Workers that wait; the last one is the warmest.
    var parked: [Int] = []
    var outgoing = SettleBuffer()
    /// Lanes whose nak or term is in `outgoing`.
    var blockedNow: [Int32] = []
    /// Lanes whose nak or term was sent, by the reference of its frame.
    var blockedByRef: [UInt64: [Int32]] = [:]
    /// `settle` frames without an answer.
    var unanswered = 0
    /// Credit to give back.
    var freedEvents = 0
    var freedBytes = 0
    /// Deliveries here, waiting or at work.
    var held = 0
    var lastScan: UInt64 = 0

    init(options: ConsumeOptions) {
        self.options = options
        workers = Array(repeating: Worker(), count: max(1, min(options.concurrency, 1_024)))
    }

    var runningCount: Int { workers.reduce(0) { $0 + ($1.isRunning ? 1 : 0) } }

    // MARK: Workers

    /// Ends a worker's delivery, if it has one, and gives it the next.
    mutating func advance(worker: Int, _ outcome: WorkerOutcome?, now: UInt64) -> Step {
        if let outcome { finish(worker, outcome, now: now) }
        if workers[worker].isCancelled {
            workers[worker].isCancelled = false
            return .replace
        }
        guard !isStopping else { return .stop }
        guard let slice = begin(worker, now: now) else { return .park }
        return .run(slice)
    }

    /// The worker waits; call only when ``advance(worker:_:now:)`` said so and nothing has happened since.
    mutating func park(_ worker: Int) { parked.append(worker) }

    /// Gives waiting workers what is ready.
    mutating func assign(now: UInt64) -> [(worker: Int, slice: RecordSlice)] {
        var assigned: [(worker: Int, slice: RecordSlice)] = []
        while !isStopping, let worker = parked.last, let slice = begin(worker, now: now) {
            parked.removeLast()
            assigned.append((worker, slice))
        }
        return assigned
    }

    private mutating func begin(_ worker: Int, now: UInt64) -> RecordSlice? {
        guard let lane = ready.popFirst() else { return nil }
        let place = lanes[Int(lane)].first
        let slot = slots[Int(place)]
        lanes[Int(lane)].first = slot.next
        if slot.next < 0 { lanes[Int(lane)].last = -1 }
        lanes[Int(lane)].phase = .running
        releaseSlot(place)
        if now > lanes[Int(lane)].clock + ackWait / 4 { keepAlive(lane, slot.delivery, now: now) }
        workers[worker].lane = lane
        workers[worker].delivery = slot.delivery
        workers[worker].bytes = slot.bytes
        workers[worker].isSuperseded = false
        return RecordSlice(bytes: slot.frame, start: slot.record)
    }

    private mutating func finish(_ worker: Int, _ outcome: WorkerOutcome, now: UInt64) {
        let work = workers[worker]
        guard work.isRunning else { return }
        workers[worker].lane = -1
        if work.isSuperseded { return free(work.lane, blocking: false, now: now) }
        held -= 1
        freedEvents += 1
        freedBytes += work.bytes
        var isBlocking = false
        switch outcome {
        case .ack: outgoing.add(work.delivery, .ack)
        case .settled, .dropped: break
        case .nak(let delay, let reason):
            outgoing.add(work.delivery, .nak, delay: delay, reason: reason)
            isBlocking = true
        case .term(let reason):
            outgoing.add(work.delivery, .term, reason: reason)
            isBlocking = true
        }
        free(work.lane, blocking: isBlocking, now: now)
    }

    private mutating func free(_ lane: Int32, blocking: Bool, now: UInt64) {
        lanes[Int(lane)].clock = now
        if blocking {
            lanes[Int(lane)].phase = .blocked
            blockedNow.append(lane)
        } else {
            release(lane)
        }
    }

    /// Nobody works on the lane any more.
    mutating func release(_ lane: Int32) {
        if lanes[Int(lane)].first >= 0 {
            lanes[Int(lane)].phase = .ready
            ready.append(lane)
        } else {
            lanes[Int(lane)].phase = .idle
        }
    }

    /// `ack_wait` of the lane's first delivery starts anew.
    mutating func keepAlive(_ lane: Int32, _ delivery: UInt64, now: UInt64) {
        lanes[Int(lane)].clock = now
        outgoing.add(delivery, .inProgress)
    }

    /// A handler says that it is still at work.
    mutating func extend(worker: Int, delivery: UInt64, now: UInt64) {
        let work = workers[worker]
        guard work.isRunning, work.delivery == delivery, !work.isSuperseded else { return }
        keepAlive(work.lane, delivery, now: now)
    }

    // MARK: Slots

    private mutating func releaseSlot(_ place: Int32) {
        slots[Int(place)].frame = []
        freeSlots.append(place)
    }

    /// Takes a frame of deliveries in.
    /// - Returns: False when the frame is malformed: the session must be given up.
    mutating func deliver(_ frame: [UInt8], now: UInt64) -> Bool {
        if laneOfKey.count > Self.idleLanes + options.prefetchEvents { forgetIdleLanes() }
        return frame.withUnsafeBytes { bytes in
            var position = FrameHeader.byteCount + 8
            guard bytes.count >= position else { return false }
            for _ in 0..<bytes.u32(at: DeliverBody.countPosition) {
                let start = position + DeliveryView.headerBytes
                guard let record = RecordView(in: bytes, at: start) else { return false }
                let delivery = bytes.u64(at: position)
                position = start + record.bytes.count
                held += 1
                guard record.kind != nil else {
                    passOver(delivery, bytes: record.bytes.count)
                    continue
                }
                let slot = Slot(frame: frame, record: start, bytes: record.bytes.count, delivery: delivery, next: -1)
                append(slot, key: KeyHash.key(record.key), now: now)
            }
            return true
        }
    }

    /// A kind of record that this version does not know: done, unseen.
    private mutating func passOver(_ delivery: UInt64, bytes: Int) {
        held -= 1
        freedEvents += 1
        freedBytes += bytes
        outgoing.add(delivery, .ack)
    }

    private mutating func append(_ slot: Slot, key: UInt64, now: UInt64) {
        let place: Int32
        if let free = freeSlots.popLast() {
            slots[Int(free)] = slot
            place = free
        } else {
            place = Int32(slots.count)
            slots.append(slot)
        }
        let lane = laneOfKey[key] ?? makeLane(key)
        if lanes[Int(lane)].last >= 0 {
            slots[Int(lanes[Int(lane)].last)].next = place
        } else {
            lanes[Int(lane)].first = place
        }
        lanes[Int(lane)].last = place
        guard lanes[Int(lane)].phase == .idle else { return }
        lanes[Int(lane)].phase = .ready
        lanes[Int(lane)].clock = now
        ready.append(lane)
    }

    private mutating func makeLane(_ key: UInt64) -> Int32 {
        let lane: Int32
        if let free = freeLanes.popLast() {
            lanes[Int(free)] = Lane(key: key)
            lane = free
        } else {
            lane = Int32(lanes.count)
            lanes.append(Lane(key: key))
        }
        laneOfKey[key] = lane
        return lane
    }

    private mutating func forgetIdleLanes() {
        for (key, lane) in laneOfKey where lanes[Int(lane)].phase == .idle {
            laneOfKey[key] = nil
            freeLanes.append(lane)
        }
    }

    /// Drops the waiting deliveries that `isDropped` says.
    mutating func dropWaiting(_ isDropped: (UInt64) -> Bool) {
        for index in lanes.indices where lanes[index].first >= 0 {
            var kept: Int32 = -1
            var place = lanes[index].first
            lanes[index].first = -1
            while place >= 0 {
                let slot = slots[Int(place)]
                if isDropped(slot.delivery) {
                    held -= 1
                    freedEvents += 1
                    freedBytes += slot.bytes
                    releaseSlot(place)
                } else {
                    slots[Int(place)].next = -1
                    if kept >= 0 { slots[Int(kept)].next = place } else { lanes[index].first = place }
                    kept = place
                }
                place = slot.next
            }
            lanes[index].last = kept
            if lanes[index].first < 0, lanes[index].phase == .ready { lanes[index].phase = .idle }
        }
        ready.removeAll { lanes[Int($0)].phase != .ready }
    }
}
