import Events
import Wire

/// Shows events from a place in the past on, and goes over to the live ones without a gap and without a repeat.
///
/// The past is read from the journal. Live messages come from the tap, which may lose some: ``GapTracker`` finds out, and
/// what is missing is read from the journal too.
struct TapSession<History: EventHistory> {
    /// Events read at a time.
    static var pageLimit: Int { 1_000 }
    /// Time without a head after which the tap counts as cut off; heads come each second.
    static var silence: Duration { .seconds(3) }

    enum Progress: Equatable, Sendable {
        case goOn
        /// As many were shown as were wanted.
        case enough
    }

    let history: History
    let selection: TopicSelection
    let key: String?
    let conditions: [WhereFilter]
    let limit: Int?
    /// Shows one event.
    let show: @Sendable (TapRow.Item) async throws -> Void
    /// Tells the user something about the tap itself.
    let note: @Sendable (String) -> Void

    private var tracker = GapTracker(position: 0)
    private var shown = 0
    private var lastHead: ContinuousClock.Instant?

    init(
        history: History, selection: TopicSelection, key: String? = nil, conditions: [WhereFilter] = [],
        limit: Int? = nil, show: @escaping @Sendable (TapRow.Item) async throws -> Void,
        note: @escaping @Sendable (String) -> Void
    ) {
        self.history = history
        self.selection = selection
        self.key = key
        self.conditions = conditions
        self.limit = limit
        self.show = show
        self.note = note
    }

    /// Shows the past from `start` to the end of the journal.
    ///
    /// - Parameters:
    ///   - start: Where to begin.
    ///   - now: Nanoseconds since 1970, for ``StartPosition/ago(_:)``.
    /// - Returns: Whether more is wanted.
    /// - Throws: What the history or ``show`` throws.
    mutating func showPast(from start: StartPosition, now: UInt64) async throws -> Progress {
        let bounds = try await history.bounds()
        switch start {
        case .new:
            tracker = GapTracker(position: bounds.end)
            return .goOn
        case .last(let count):
            tracker = GapTracker(position: bounds.end)
            return try await showLast(count, bounds: bounds)
        case .offset(let offset):
            if offset > 0, offset < bounds.first {
                note("Offset \(offset) is not kept any more; the first one is \(bounds.first).")
            }
            tracker = GapTracker(position: max(offset, bounds.first))
            return try await showRange(from: tracker.position, to: nil)
        case .time(let time):
            return try await showSince(time)
        case .ago(let length):
            let nanoseconds =
                UInt64(length.components.seconds) * 1_000_000_000
                + UInt64(length.components.attoseconds / 1_000_000_000)
            return try await showSince(now > nanoseconds ? now - nanoseconds : 0)
        }
    }

    /// Takes a message of the live tap and shows what it makes due.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - now: When it was taken from the socket.
    /// - Returns: Whether more is wanted.
    /// - Throws: What the history or ``show`` throws.
    mutating func take(_ message: LiveMessage, now: ContinuousClock.Instant) async throws -> Progress {
        if let lastHead, now - lastHead > Self.silence { tracker.silence() }
        if let end = message.head {
            lastHead = now
            if let range = tracker.head(end: end), try await showUnseen(range) == .enough { return .enough }
            guard selection.matches(message.item.topic) else { return .goOn }
            return try await present(message.item)
        }
        guard selection.matches(message.item.topic) else { return .goOn }
        switch tracker.live(topic: message.item.topic, offset: message.item.offset, previous: message.previous) {
        case .skip: return .goOn
        case .readAll(let range): return try await showUnseen(range)
        case .show: return try await present(message)
        case .readTopic(let range):
            let found = try await showMissed(range, topic: message.item.topic)
            return found == .enough ? .enough : try await present(message)
        }
    }

    /// Where everything before has been shown.
    var position: UInt64 { tracker.position }
}

extension TapSession {
    private mutating func showSince(_ time: UInt64) async throws -> Progress {
        let page = try await history.page(request(ReadRequest(time: time)))
        tracker = GapTracker(position: page.items.first?.offset ?? page.next)
        for item in page.items where try await present(item) == .enough { return .enough }
        tracker.advance(over: tracker.position..<max(tracker.position, page.next))
        return page.next < page.end ? try await showRange(from: page.next, to: nil) : .goOn
    }

    private mutating func showLast(_ count: Int, bounds: (first: UInt64, end: UInt64)) async throws -> Progress {
        var windows = LastWindows(wanted: count, first: bounds.first, end: bounds.end)
        var found: [TapRow.Item] = []
        while let window = windows.next() {
            var items: [TapRow.Item] = []
            try await read(window.lowerBound, to: window.upperBound) { item in
                if fulfils(item) { items.append(item) }
            }
            windows.found(items.count)
            found = items + found
        }
        for item in found.suffix(count) where try await present(item) == .enough { return .enough }
        return .goOn
    }

    /// Shows everything that matches from `offset` on; `end` nil: to the end of the journal.
    private mutating func showRange(from offset: UInt64, to end: UInt64?) async throws -> Progress {
        var position = offset
        while true {
            let page = try await history.page(request(ReadRequest(offset: position)))
            for item in page.items where end.map({ item.offset < $0 }) ?? true {
                if try await present(item) == .enough { return .enough }
            }
            tracker.advance(over: position..<max(position, page.next))
            position = page.next
            if page.next >= end ?? page.end { return .goOn }
        }
    }

    /// Shows what of a range has not been shown.
    private mutating func showUnseen(_ range: Range<UInt64>) async throws -> Progress {
        var items: [TapRow.Item] = []
        try await read(range.lowerBound, to: range.upperBound) { items.append($0) }
        for item in items where tracker.readBack(topic: item.topic, offset: item.offset) {
            if try await present(item) == .enough { return .enough }
        }
        tracker.advance(over: range)
        return .goOn
    }

    private mutating func showMissed(_ range: Range<UInt64>, topic: String) async throws -> Progress {
        var items: [TapRow.Item] = []
        try await read(range.lowerBound, to: range.upperBound) { if $0.topic == topic { items.append($0) } }
        guard !items.isEmpty else { return .goOn }
        note("\(items.count) messages of \(topic) missed by the tap, read back from the journal.")
        for item in items where try await present(item) == .enough { return .enough }
        return .goOn
    }

    private func read(
        _ offset: UInt64, to end: UInt64, _ body: (TapRow.Item) -> Void
    ) async throws {
        var position = offset
        while position < end {
            let page = try await history.page(request(ReadRequest(offset: position)))
            for item in page.items where item.offset < end { body(item) }
            if page.next == page.end || page.next <= position { return }
            position = page.next
        }
    }

    private mutating func present(_ message: LiveMessage) async throws -> Progress {
        guard message.isStub else { return try await present(message.item) }
        var whole: TapRow.Item?
        let offset = message.item.offset
        try await read(offset, to: offset + 1) { whole = $0 }
        return try await present(whole ?? message.item)
    }

    private mutating func present(_ item: TapRow.Item) async throws -> Progress {
        guard fulfils(item) else { return .goOn }
        try await show(item)
        shown += 1
        return shown >= limit ?? .max ? .enough : .goOn
    }

    private func fulfils(_ item: TapRow.Item) -> Bool {
        guard selection.matches(item.topic), key == nil || key == item.key else { return false }
        guard !conditions.isEmpty else { return true }
        guard let event = item.event else { return false }
        return conditions.allSatisfy { $0.matches(event) }
    }

    private func request(_ request: ReadRequest) -> ReadRequest {
        var request = request
        request.filters = selection.filters.map(\.pattern)
        request.key = key
        request.limit = Self.pageLimit
        return request
    }
}
