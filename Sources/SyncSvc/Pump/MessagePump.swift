import Events

/// Copies the messages of a pair: each once and in order, whatever fails in between.
///
/// Knows nothing of HTTP, the bus or clocks. The owner carries out one action at a time and says what came of it; he may
/// stop after any action, for good or to begin anew with another machine and the stored record.
///
/// The rule that makes it exactly once: before a message is written, an intent is stored, conditionally on the record's
/// revision; it is cleared in the same transaction that moves the cursor past the message. Whoever finds an intent looks
/// for the copies first, and writes what is missing only when the intent's time is over.
struct MessagePump {
    /// What is to be done next.
    enum Action: Hashable {
        /// List at most `limit` messages above an index; then ``listed(_:)``.
        case list(Side, after: Int, limit: Int)
        /// Store the record, with what was copied; then ``saved()``.
        case save(PairRecord, [CopiedMessage])
        /// Bring a message's file over; then ``carried(_:)``.
        case carry(MessageCopy)
        /// Write a copy, at once; then ``posted(_:)`` or ``failed(_:now:)``.
        case post(MessageCopy, MediaSID?)
        case finish(PumpOutcome)
    }

    /// How a write ended that gave no message.
    enum Failure: Hashable {
        /// It was certainly not done and may be done later.
        case notDone(PumpOutcome)
        /// It may have been done.
        case unknown(reason: String)
        /// The provider will never take this message.
        case refused(reason: String)
        /// The conversation takes no messages any more.
        case ended(reason: String)
    }

    struct Limits: Hashable {
        /// Messages under one intent.
        var batch = 20
        /// Messages held in memory.
        var list = 1_000
        /// After it a write that was begun has ended at the provider or never will.
        var writeHorizon: Duration = .seconds(17)
        /// From storing an intent to beginning the last write under it.
        var window: Duration = .seconds(2)
        /// How soon after an unknown outcome the copy is looked for.
        var firstProbe: Duration = .milliseconds(300)
        /// For tests: without intents nothing is stored before a write.
        var isIntentRuleOn = true
    }

    private enum Step {
        case idle
        /// Both sides are listed to find out what became of an intent: first the one written to.
        case probingCopies(WriteIntent, copies: [MessageSID: PostedMessage])
        case probingSources(WriteIntent, copies: [MessageSID: PostedMessage])
        case listing(Side)
        case storingIntent
        case carrying
        case posting
        case committing(then: PumpOutcome?)
    }

    private(set) var record: PairRecord
    private let limits: Limits
    private let offset: UInt64
    private var step = Step.idle
    /// Sides still to be brought up to date, the present one first.
    private var sides: [Side]
    /// Messages above the cursor, own copies among them, in order.
    private var queue: ArraySlice<ProjectMessage> = []
    /// Copies found on the other side after an intent of somebody else.
    private var found: [MessageSID: PostedMessage] = [:]
    private var hasMore = false
    private var mayPostUntil: Timestamp?
    private var media: MediaSID?
    /// Whether the next message's file was brought over, or left out.
    private var isCarried = false
    private var copied: [CopiedMessage] = []
    private var refusal: String?

    /// Makes one for the `sync.pump` event at an offset: the new messages of these sides are copied, in this order.
    init(record: PairRecord, offset: UInt64, sides: [Side], limits: Limits) {
        self.record = record
        self.offset = offset
        self.sides = sides
        self.limits = limits
    }

    /// Begins, with the message that rang, where it came with the event.
    mutating func start(direct: ProjectMessage? = nil, now: Timestamp) -> Action {
        guard record.isCopying, let side = sides.first else { return .finish(.done) }
        if let intent = record.intent {
            step = .probingCopies(intent, copies: [:])
            return .list(intent.side, after: min(intent.floor, record.cursors[intent.side].index), limit: limits.list)
        }
        if let direct, direct.index == record.cursors[side].index + 1, direct.tag == nil {
            queue = [direct]
            return nextBatch(now: now)
        }
        return list(side)
    }

    private mutating func list(_ side: Side) -> Action {
        step = .listing(side)
        return .list(side, after: record.cursors[side].index, limit: limits.list)
    }

    /// What a listing gave.
    mutating func listed(_ list: MessageList, now: Timestamp) -> Action {
        switch step {
        case .listing(let side):
            record.listed[side] = offset
            queue = list.messages[...]
            hasMore = list.hasMore
            return nextBatch(now: now)
        case .probingCopies(let intent, var copies):
            for message in list.messages {
                guard let tag = message.tag else { continue }
                record.cursors[intent.side].account(message.index)
                guard case .of(intent.side.other, let source) = tag else { continue }
                copies[source] = PostedMessage(sid: message.sid, index: message.index)
            }
            let isMissing = intent.sources.contains { copies[$0] == nil }
            // An intent without names is that of an adopted conversation: all copies count.
            if isMissing || intent.sources.isEmpty, list.hasMore, let last = list.messages.last {
                step = .probingCopies(intent, copies: copies)
                return .list(intent.side, after: last.index, limit: limits.list)
            }
            if isMissing, now <= intent.until {
                return .finish(
                    .again(after: now.duration(to: intent.until) + .milliseconds(1), reason: "sync.outcome_open"))
            }
            step = .probingSources(intent, copies: copies)
            return .list(
                intent.side.other, after: record.cursors[intent.side.other].index, limit: limits.list)
        case .probingSources(let intent, let copies):
            queue += list.messages
            // What was found must be met before the intent is gone: else a crash would forget it.
            let unmet = Set(intent.sources.filter { copies[$0] != nil }).subtracting(queue.lazy.map(\.sid))
            if !unmet.isEmpty, list.hasMore, let last = list.messages.last {
                return .list(intent.side.other, after: last.index, limit: limits.list)
            }
            found = copies
            record.intent = nil
            let source = intent.side.other
            sides.removeAll { $0 == source }
            sides.insert(source, at: 0)
            record.listed[source] = offset
            hasMore = list.hasMore
            return nextBatch(now: now)
        case .idle, .storingIntent, .carrying, .posting, .committing:
            preconditionFailure("listed() in step \(step)")
        }
    }

    /// The record was stored.
    mutating func saved(now: Timestamp) -> Action {
        switch step {
        case .storingIntent: return carryOrPost(now: now)
        case .committing(let outcome):
            copied = []
            if let outcome { return .finish(outcome) }
            return record.intent == nil ? nextSide() : carryOrPost(now: now)
        case .idle, .listing, .probingCopies, .probingSources, .carrying, .posting:
            preconditionFailure("saved() in step \(step)")
        }
    }

    /// A file was brought over; nil: it was left out.
    mutating func carried(_ media: MediaSID?, now: Timestamp) -> Action {
        guard case .carrying = step else { preconditionFailure("carried() in step \(step)") }
        self.media = media
        isCarried = true
        return post(now: now)
    }

    /// A copy was written.
    mutating func posted(_ message: PostedMessage, now: Timestamp) -> Action {
        guard case .posting = step, let source = queue.popFirst(), let side = sides.first else {
            preconditionFailure("posted() in step \(step)")
        }
        note(source, message, side)
        forgetFile()
        return goOn(now: now)
    }

    /// A copy was not written, or nobody knows.
    mutating func failed(_ failure: Failure, now: Timestamp) -> Action {
        guard let source = queue.first, let side = sides.first else { preconditionFailure("failed() in step \(step)") }
        forgetFile()
        switch failure {
        case .notDone(let outcome): return commit(then: outcome)
        case .ended(let reason): return commit(then: .giveUp(reason: reason))
        case .unknown(let reason):
            let until = now.advanced(by: limits.writeHorizon)
            let intent = WriteIntent(
                side: side.other, sources: [source.sid], floor: record.cursors[side.other].index, until: until)
            return commit(then: .again(after: limits.firstProbe, reason: reason), leaving: intent)
        case .refused(let reason):
            refusal = refusal ?? reason
            queue.removeFirst()
            record.cursors[side].advance(to: source.index)
            return goOn(now: now)
        }
    }

    // MARK: Batches

    /// The next message under the present intent, or the end of the batch.
    private mutating func goOn(now: Timestamp) -> Action {
        passKnown()
        if let next = queue.first, record.intent?.sources.contains(next.sid) == true { return carryOrPost(now: now) }
        return nextBatch(now: now)
    }

    /// Stores what is done, and the intent of what is next.
    private mutating func nextBatch(now: Timestamp) -> Action {
        passKnown()
        guard let side = sides.first, !queue.isEmpty else { return commit(then: nil) }
        let batch = queue.lazy.filter { $0.tag == nil }.prefix(limits.batch).map(\.sid)
        let last = mayPostUntil(now: now)
        let intent = WriteIntent(
            side: side.other, sources: Array(batch), floor: record.cursors[side.other].index,
            until: last.advanced(by: limits.writeHorizon))
        mayPostUntil = last
        record.intent = intent
        guard limits.isIntentRuleOn else { return carryOrPost(now: now) }
        let done = copied
        step = done.isEmpty ? .storingIntent : .committing(then: nil)
        return .save(record, done)
    }

    private func mayPostUntil(now: Timestamp) -> Timestamp { now.advanced(by: limits.window) }

    /// Moves the cursor over what needs no copy: own copies, and messages whose copies were found.
    private mutating func passKnown() {
        guard let side = sides.first else { return }
        while let next = queue.first {
            if let copy = found.removeValue(forKey: next.sid) {
                note(next, copy, side, isAdopted: true)
            } else if next.tag == nil, next.index > record.cursors[side].index {
                return
            } else {
                record.cursors[side].advance(to: next.index)
            }
            queue.removeFirst()
        }
    }

    private mutating func note(_ source: ProjectMessage, _ copy: PostedMessage, _ side: Side, isAdopted: Bool = false) {
        record.cursors[side].advance(to: source.index)
        record.cursors[side.other].account(copy.index)
        record.copied[side.other] += 1
        copied.append(CopiedMessage(source: source, copy: copy, to: side.other, isAdopted: isAdopted))
    }

    /// Stores what is done, if anything is, and ends or goes on with the next side.
    private mutating func commit(then outcome: PumpOutcome?, leaving intent: WriteIntent? = nil) -> Action {
        let hadIntent = record.intent != nil
        record.intent = intent
        step = .committing(then: outcome)
        guard hadIntent || intent != nil || !copied.isEmpty || refusal != nil else {
            return outcome.map { .finish($0) } ?? nextSide()
        }
        return .save(record, copied)
    }

    private mutating func nextSide() -> Action {
        if hasMore, let side = sides.first { return list(side) }
        if !sides.isEmpty { sides.removeFirst() }
        guard let side = sides.first else {
            return .finish(refusal.map { .giveUp(reason: $0) } ?? .done)
        }
        return list(side)
    }

    // MARK: Writing

    private mutating func carryOrPost(now: Timestamp) -> Action {
        guard let next = queue.first, let side = sides.first else { preconditionFailure("nothing to write") }
        if next.media.isEmpty || isCarried { return post(now: now) }
        step = .carrying
        return .carry(MessageCopy(source: next, from: side))
    }

    /// Writes, unless so much time has passed that somebody else may have taken over: then the intent is stored anew.
    private mutating func post(now: Timestamp) -> Action {
        guard let next = queue.first, let side = sides.first else { preconditionFailure("nothing to write") }
        if let last = mayPostUntil, now > last { return renew(now: now) }
        step = .posting
        return .post(MessageCopy(source: next, from: side), media)
    }

    private mutating func forgetFile() {
        media = nil
        isCarried = false
    }

    private mutating func renew(now: Timestamp) -> Action {
        let last = mayPostUntil(now: now)
        mayPostUntil = last
        record.intent?.until = last.advanced(by: limits.writeHorizon)
        // What is copied already is stored with it, and leaves the intent.
        let remaining = Set(queue.map(\.sid))
        record.intent?.sources.removeAll { !remaining.contains($0) }
        step = .committing(then: nil)
        return .save(record, copied)
    }
}

/// A message on its way to the other side.
struct MessageCopy: Hashable, Sendable {
    var source: ProjectMessage
    var from: Side
    var to: Side { from.other }
}

/// A message and its copy.
struct CopiedMessage: Hashable, Sendable {
    var source: ProjectMessage
    var copy: PostedMessage
    var to: Side
    /// Found by its tag instead of written now.
    var isAdopted: Bool
}

extension Timestamp {
    /// How long until another moment; negative when it is over.
    func duration(to other: Timestamp) -> Duration {
        other.unixNanoseconds >= unixNanoseconds
            ? .nanoseconds(Int64(clamping: other.unixNanoseconds - unixNanoseconds))
            : .zero - .nanoseconds(Int64(clamping: unixNanoseconds - other.unixNanoseconds))
    }
}
