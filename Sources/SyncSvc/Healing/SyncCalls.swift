import Bus
import Events
import ServiceLifecycle
import TwilioREST

/// Answers what commands and pages ask: `sync.status`, `sync.diff`, `sync.repair`, `sync.gaps`, `sync.service-levels`.
///
/// Requests and answers are JSON objects; an error is an object with `error`.
struct SyncCalls: Service {
    /// Pairs of one answer at most.
    static let pairLimit = 500
    /// Hours of a report at most.
    static let reportHours = 168
    /// Windows that `sync.gaps` reads of one side.
    static let gapReadings = 50

    let services: PumpServices
    let healing: HealingService
    let readers: BothSides<GapReader>
    let levels: ServiceLevelStore
    let clients: BothSides<TwilioClient>

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let calls: [(String, @Sendable (JSONValue) async throws -> JSONValue)] = [
                ("sync.status", status), ("sync.diff", diff), ("sync.repair", repair), ("sync.gaps", gaps),
                ("sync.service-levels", serviceLevels),
            ]
            for (name, body) in calls {
                group.addTask {
                    try await services.bus.serve(name, concurrency: 4) { payload in
                        let request = payload.isEmpty ? JSONValue.object(JSONObject()) : try JSONValue(parsing: payload)
                        do {
                            return try await body(request).bytes
                        } catch let error as TwilioError {
                            return JSONValue.object(JSONObject([("error", .string(error.description))])).bytes
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// `{limit?, after?}` → pairs with what is behind on each side, and the state of both accounts.
    private func status(_ request: JSONValue) async throws -> JSONValue {
        let limit = max(1, min(Int(request["limit"]?.integer ?? 100), Self.pairLimit))
        let page = try await services.pairs.list(after: request["after"]?.string ?? "", limit: limit)
        var pairs: [JSONValue] = []
        for record in page.records { pairs.append(await row(record)) }
        var answer = JSONObject([("pairs", .array(pairs))])
        answer["next"] = page.next.map { .string($0) }
        answer["sides"] = .object(
            JSONObject(
                Side.allCases.map { side in
                    let status = clients[side].status
                    let entry: JSONValue = [
                        "project": .string(readers[side].project), "circuit": .string("\(status.circuit)"),
                        "inFlight": .number(JSONNumber(status.inFlight)),
                        "waiting": .number(JSONNumber(status.waiting)),
                    ]
                    return (side.rawValue, entry)
                }))
        return .object(answer)
    }

    /// What one pair looks like; where a side does not answer, what is behind there is left out.
    private func row(_ record: PairRecord) async -> JSONValue {
        var row = JSONObject([
            ("pair", .string(record.id.text)), ("state", .string(record.state.rawValue)),
            ("copiedToFlex", .number(JSONNumber(record.copied.flex))),
            ("copiedToFrontline", .number(JSONNumber(record.copied.frontline))),
        ])
        var oldest: Timestamp?
        for side in Side.allCases {
            guard let conversation = record.conversations[side] else { continue }
            row[side.rawValue] = .string(conversation.text)
            guard record.isCopying,
                let list = try? await services.projects[side].messages(
                    in: conversation, after: record.cursors[side].index, limit: 100)
            else { continue }
            let open = list.messages.filter { $0.tag == nil && !record.cursors[side].covers($0.index) }
            row["\(side.rawValue)Behind"] = .number(JSONNumber(open.count))
            if let first = open.first?.dateCreated { oldest = min(oldest ?? first, first) }
        }
        let drift = oldest.map { $0.duration(to: services.now()) } ?? .zero
        row["driftSeconds"] = .number(JSONNumber(Int64(max(0, drift / .seconds(1)))))
        row["lastCopy"] = record.lastCopy.map { .string($0.rfc3339) }
        return .object(row)
    }

    /// `{pair}` → digests of both sides and the plan of what would be repaired.
    private func diff(_ request: JSONValue) async throws -> JSONValue {
        guard let sid = request["pair"]?.string.flatMap({ try? ConversationSID($0) }) else {
            return ["error": "pair must be the SID of a conversation."]
        }
        let pair = try await services.links.pair(of: sid) ?? sid
        guard let record = try await services.pairs.entry(pair, fresh: true)?.record else {
            return ["error": "This conversation belongs to no pair."]
        }
        guard
            let listing = try await PairListing(
                record, projects: services.projects, limit: healing.settings.maxMessages)
        else { return ["error": "It has no counterpart yet, or is longer than sync.healing.max_messages."] }
        let diff = listing.diff
        var answer = listing.plan.json.object ?? JSONObject()
        answer["pair"] = .string(record.id.text)
        answer["isEqual"] = .bool(diff.isEqual)
        answer["missing"] = .number(JSONNumber(diff.missing))
        answer["driftSeconds"] = .number(JSONNumber(Int64(diff.drift(at: services.now()) / .seconds(1))))
        for side in Side.allCases {
            answer["\(side.rawValue)Digest"] = .string(diff.originals[side]?.text ?? "")
            answer["\(side.rawValue)CopiesDigest"] = .string(diff.copies[side]?.text ?? "")
        }
        return .object(answer)
    }

    /// `{pair?}` → repairs asked for: of one pair, or of all that are open.
    private func repair(_ request: JSONValue) async throws -> JSONValue {
        if let text = request["pair"]?.string {
            guard let sid = try? ConversationSID(text) else {
                return ["error": "pair must be the SID of a conversation."]
            }
            try await healing.requestRepair(try await services.links.pair(of: sid) ?? sid)
            return ["requested": 1]
        }
        var count = 0
        var after = ""
        while true {
            let page = try await services.pairs.list(after: after, limit: 500)
            for record in page.records where record.isCopying {
                try await healing.requestRepair(record.id)
                count += 1
            }
            guard let next = page.next else { break }
            after = next
        }
        return ["requested": .number(JSONNumber(count))]
    }

    /// `{minutes?, dryRun?}` → what was read and published, by side and source.
    ///
    /// Where `max_events` cuts a listing it goes on behind it, up to ``gapReadings`` times.
    private func gaps(_ request: JSONValue) async throws -> JSONValue {
        let minutes = max(1, min(request["minutes"]?.integer ?? 60, 43_200))
        let isDry = request["dryRun"]?.bool ?? false
        let now = services.now()
        let since = now.advanced(by: .seconds(-60 * minutes))
        let messages = try await healing.publishMessages(since: since, now: now, isDry: isDry)
        var rows: [JSONValue] = []
        var isWhole = true
        for side in Side.allCases {
            var counts = ["messages": messages[side]]
            var from = since
            for _ in 0..<Self.gapReadings where from < now {
                let reading = try await readers[side].read(since: from, now: now, isDry: isDry)
                counts.merge(reading.counts, uniquingKeysWith: +)
                from = reading.until
            }
            isWhole = isWhole && from == now
            for (source, count) in counts.sorted(by: { $0.key < $1.key }) {
                rows.append([
                    "side": .string(side.rawValue), "source": .string(source),
                    "read": .number(JSONNumber(count.read)), "published": .number(JSONNumber(count.published)),
                ])
            }
        }
        return ["sources": .array(rows), "minutes": .number(JSONNumber(minutes)), "isWhole": .bool(isWhole)]
    }

    /// `{hours?}` → the report.
    private func serviceLevels(_ request: JSONValue) async throws -> JSONValue {
        let hours = max(1, min(Int(request["hours"]?.integer ?? 24), Self.reportHours))
        let now = services.now()
        return try await levels.report(since: now.advanced(by: .seconds(-3_600 * hours)), until: now)
    }
}
