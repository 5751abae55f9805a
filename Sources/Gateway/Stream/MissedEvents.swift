import Bus
import NIOCore

/// What a reader begins with: his own events of the time he was away, in order, then the place where the live ones begin.
struct MissedEvents {
    /// Pages of the journal that a reader who comes again may cost; one who was away for longer loads anew.
    static let maxPages = 20

    enum Start: Sendable {
        /// He comes for the first time.
        case nothing
        /// All of it, and only his.
        case records([StoredRecord])
        /// The first page of it from the journal, of everybody.
        case page(ReadPage)
        case gone(code: String)
    }

    private let subject: String
    /// Behind this offset the live events begin.
    private let position: UInt64
    private var waiting: ArraySlice<StoredRecord> = []
    private var page: ReadPage?
    private var pages = 0
    /// What ends it.
    private var last: StreamFrame?

    /// - Parameters:
    ///   - start: What he begins with.
    ///   - subject: Who he is.
    ///   - position: Behind this offset the live events begin.
    ///   - seen: The last event that he knows; it may lie behind the position when another Gateway was ahead.
    init(_ start: Start, subject: String, upTo position: UInt64, behind seen: UInt64? = nil) {
        self.subject = subject
        self.position = position
        last = .start(at: max(position, seen ?? 0))
        switch start {
        case .nothing: break
        case .records(let records): waiting = records[...]
        case .page(let first): take(first)
        case .gone(let code): last = .reset(at: position, reason: code)
        }
    }

    /// The next bytes to write; nil when it is the live events' turn.
    ///
    /// - Throws: ``JournalReadFailure`` when the journal cannot be read on: the stream breaks, and the reader comes again.
    mutating func next(_ hub: StreamHub) async throws(JournalReadFailure) -> ByteBuffer? {
        while true {
            if let record = waiting.popFirst() { return StreamFrame(record).bytes }
            guard let current = page, current.next <= position, current.next < current.end else { break }
            guard pages < Self.maxPages else {
                last = .reset(at: position, reason: "stream.too_far_back")
                break
            }
            take(try await hub.read(from: current.next))
        }
        page = nil
        defer { last = nil }
        return last?.bytes
    }

    private mutating func take(_ page: ReadPage) {
        self.page = page
        pages += 1
        waiting = page.records.filter { $0.offset <= position && isOwn($0) }[...]
    }

    private func isOwn(_ record: StoredRecord) -> Bool {
        switch StreamTopics.audience(topic: record.topic, key: record.key) {
        case .everyone: true
        case .subject(let audience): audience == subject
        case .nobody: false
        }
    }
}
