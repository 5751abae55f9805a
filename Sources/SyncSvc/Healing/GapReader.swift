import Bus
import Events
import Logging
import Twilio
import TwilioREST

/// Reads what a project says happened and publishes what never arrived.
///
/// Ids are those that the webhooks give, so what did arrive is found by the Broker and not published again.
struct GapReader: Sendable {
    /// What reading one source gave.
    struct Count: Hashable, Sendable {
        var read = 0
        /// Events that had not arrived.
        var published = 0

        static func + (left: Count, right: Count) -> Count {
            Count(read: left.read + right.read, published: left.published + right.published)
        }
    }

    /// What reading a window gave.
    struct Reading: Hashable, Sendable {
        /// By source.
        var counts: [String: Count] = [:]
        /// Everything before it has been read: the window's end, or earlier where ``limit`` cut a listing.
        var until: Timestamp
    }

    /// Events published in one go.
    static let batch = 500
    /// A window is not cut shorter than this; what happens in it is read whole.
    static let shortestWindow: Duration = .seconds(1)
    /// Calls are listed by their start; one that ended in the window began at most this much earlier.
    static let longestCall: Duration = .seconds(4 * 3_600)

    let side: Side
    let project: String
    let dialect: Dialect
    let client: TwilioClient
    let form: GapForm
    let bus: BusConnection
    let limit: Int
    private let translators: [WebhookFamily: WebhookTranslator]

    init(side: Side, settings: SideSettings, client: TwilioClient, bus: BusConnection, limit: Int) throws(EventError) {
        self.side = side
        project = settings.project
        dialect = settings.dialect
        self.client = client
        self.bus = bus
        self.limit = limit
        form = GapForm(
            account: settings.accountSID, service: settings.serviceSID, workspace: settings.workspaceSID)
        var translators: [WebhookFamily: WebhookTranslator] = [:]
        for family in WebhookFamily.allCases {
            translators[family] = try WebhookTranslator(project: settings.project, family: family)
        }
        self.translators = translators
    }

    /// Reads a window from its begin on, as far as ``limit`` allows.
    ///
    /// - Parameters:
    ///   - since: From when on.
    ///   - now: The time of day, and the window's end.
    ///   - isDry: Only counts what was read.
    /// - Returns: Counts by source, and how far it got.
    /// - Throws: ``TwilioError`` of the first listing that fails, ``BusError``.
    func read(since: Timestamp, now: Timestamp, isDry: Bool = false) async throws -> Reading {
        var reading = Reading(until: now)
        let events = try await Self.window(since, &reading.until, limit: limit) { until throws(TwilioError) in
            try await collect(
                client.taskRouter(form.workspace).events(EventQuery(startDate: since, endDate: until))
            ) { form.taskRouter($0) }
        }
        let calls = try await Self.window(since, &reading.until, limit: limit) { until throws(TwilioError) in
            let query = CallQuery(startedAfter: since.advanced(by: .zero - Self.longestCall), startedBefore: until)
            return try await collect(client.calls.list(query)) { call in
                (call.endTime ?? since) >= since ? form.end(call) : nil
            }
        }
        reading.counts["taskrouter"] = try await publish(events.reversed(), .taskrouter, now, isDry)
        reading.counts["calls"] = try await publish(calls.reversed(), .voice, now, isDry)
        if dialect == .conversations {
            let day = String(since.rfc3339.prefix(10))
            let added = try await Self.window(since, &reading.until, limit: limit) { until throws(TwilioError) in
                try await collect(
                    client.conversations(form.service).list(state: .active, startDate: day)
                ) { conversation in
                    guard let created = conversation.dateCreated, created >= since, created <= until,
                        !Self.isOurs(conversation.attributes.object)
                    else { return nil }
                    return form.added(conversation)
                }
            }
            reading.counts["conversations"] = try await publish(added, .conversations, now, isDry)
        }
        return reading
    }

    /// Whether SyncSvc made a conversation itself: no webhook rang for it, and nothing was missed.
    static func isOurs(_ attributes: JSONObject) -> Bool {
        attributes[MirrorTag.namespace]?["pair"] != nil || attributes["isNotificationSystem"]?.bool == true
    }

    /// Lists up to `until`; where that is more than ``limit``, half as far, and so on.
    ///
    /// Listings begin with the newest, so that one that was cut lacks what is the oldest of its window.
    ///
    /// - Parameters:
    ///   - since: Where the window begins.
    ///   - until: Where it ends; afterwards how far it got.
    ///   - limit: What `list` takes, for the error.
    ///   - list: Lists up to a time; nil when that is too much.
    /// - Returns: What was listed.
    /// - Throws: What `list` throws, `listLimit` when even ``shortestWindow`` is too much.
    static func window<Entry: Sendable>(
        _ since: Timestamp, _ until: inout Timestamp, limit: Int,
        _ list: (Timestamp) async throws(TwilioError) -> [Entry]?
    ) async throws(TwilioError) -> [Entry] {
        while true {
            if let entries = try await list(until) { return entries }
            let length = since.duration(to: until)
            guard length > shortestWindow else { throw .listLimit(limit: limit) }
            until = since.advanced(by: max(shortestWindow, length / 2))
        }
    }

    /// Publishes the messages of a conversation that were written in the window and are no copies.
    func publish(
        _ messages: [ProjectMessage], in conversation: ConversationSID, since: Timestamp, now: Timestamp,
        isDry: Bool = false
    ) async throws -> Count {
        let forms = messages.filter { $0.tag == nil && $0.dateCreated.map { $0 >= since } ?? false }
            .map { form.message($0, in: conversation, dialect: dialect) }
        return try await publish(forms, dialect == .chat ? .chat : .conversations, now, isDry)
    }

    /// Every entry that `form` takes; nil when they are more than ``limit``.
    private func collect<Entry: Sendable>(
        _ pages: Pages<Entry>, _ form: (Entry) -> FormParameters?
    ) async throws(TwilioError) -> [FormParameters]? {
        var forms: [FormParameters] = []
        for try await page in pages {
            forms += page.compactMap(form)
            if forms.count > limit { return nil }
        }
        return forms
    }

    /// In batches, in the order of the listing, so that the order of each key holds.
    private func publish(
        _ forms: [FormParameters], _ family: WebhookFamily, _ now: Timestamp, _ isDry: Bool
    ) async throws -> Count {
        var count = Count(read: forms.count)
        guard !isDry, let translator = translators[family] else { return count }
        var events: [OutgoingEvent] = []
        for form in forms {
            guard let event = try? translator.translate(form, receivedAt: now) else { continue }
            events.append(
                OutgoingEvent(
                    topic: event.topic.name, key: String(decoding: event.key, as: UTF8.self),
                    id: String(decoding: event.recordID, as: UTF8.self), document: event.document))
        }
        for start in stride(from: 0, to: events.count, by: Self.batch) {
            let part = Array(events[start..<min(start + Self.batch, events.count)])
            for outcome in await bus.outcomes(publishing: part) {
                switch outcome {
                case .success(let receipt): if !receipt.isDuplicate { count.published += 1 }
                // The webhook said more than the listing: the event is there.
                case .failure(.conflict): continue
                case .failure(let error): throw error
                }
            }
        }
        return count
    }
}
