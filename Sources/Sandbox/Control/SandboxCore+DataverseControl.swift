import Events
import Hosting
import NIOCore
import NIOHTTP1

/// The pages' and tests' way into Dataverse below `/sandbox/v1/dataverse/`: no token, no limits, no faults, not counted.
extension SandboxCore {
    static let dataverseControl = "dataverse/"

    /// Does what a page or a test asks.
    ///
    /// - Parameters:
    ///   - raw: The request.
    ///   - name: What follows `/sandbox/v1/dataverse/`.
    /// - Returns: What it comes to.
    func actOnDataverse(_ raw: RawRequest, _ name: Substring) -> RestAnswer {
        do throws(DataverseProblem) {
            switch (raw.head.method, name) {
            case (.POST, "reset"): return try resetDataverse(raw)
            case (.POST, "tokens/revoke"):
                dataverse?.entra.revoke()
                return .noContent
            case (.GET, "requests"): return dataverseRequests()
            case (.POST, let name) where name.hasPrefix("rows/"):
                return try putRows(raw, set: name.dropFirst("rows/".count))
            case (.GET, _):
                openDataverse()
                let request = try dataverseRequest(
                    raw, below: "/sandbox/v1/\(Self.dataverseControl)", origin: publicURL)
                let answer = try dataverse?.answer(request, user: DataverseSeed.person, now: WallClock.now())
                return answer ?? .noContent
            default: throw .otherMethod
            }
        } catch {
            return error.answer
        }
    }

    /// Begins again, with what the body says otherwise than the configuration.
    ///
    /// That is `contacts`, `seed`, `token_seconds` and the limits. Tokens end.
    private func resetDataverse(_ raw: RawRequest) throws(DataverseProblem) -> RestAnswer {
        var next = settings.dataverse
        let body = raw.body.flatMap { try? JSONValue(parsing: $0.readableBytesView) } ?? .object(JSONObject())
        guard body.object != nil else { throw .query("The body is a JSON object.") }
        func number(_ name: String, _ range: ClosedRange<Int>) throws(DataverseProblem) -> Int? {
            guard let value = body[name] else { return nil }
            guard let number = value.integer.map({ Int($0) }), range.contains(number) else {
                throw .query("'\(name)' is a whole number from \(range.lowerBound) to \(range.upperBound).")
            }
            return number
        }
        typealias Settings = DataverseSettings
        next.contacts = try number("contacts", Settings.contactRange) ?? next.contacts
        next.seed = try number("seed", 0...(1 << 53)).map { UInt64($0) } ?? next.seed
        next.tokenSeconds = try number("token_seconds", Settings.tokenRange) ?? next.tokenSeconds
        next.limits.requests = try number("requests_per_window", Settings.requestRange) ?? next.limits.requests
        next.limits.concurrency = try number("concurrency", Settings.concurrencyRange) ?? next.limits.concurrency
        if let seconds = try number("window_seconds", Settings.windowRange) { next.limits.window = .seconds(seconds) }
        if let seconds = try number("execution_seconds", Settings.executionRange) {
            next.limits.execution = .seconds(seconds)
        }
        openDataverse(next)
        return .noContent
    }

    private func dataverseRequests() -> RestAnswer {
        .object { json in
            json.object("requests") { row in
                for (name, count) in (dataverse?.requests ?? [:]).sorted(by: { $0.key < $1.key }) {
                    row.value(named: name, .number(JSONNumber(count)))
                }
            }
            json.number("total", dataverse?.requests.values.reduce(0, +) ?? 0)
            json.object("statuses") { row in
                for (status, count) in (dataverse?.statuses ?? [:]).sorted(by: { $0.key < $1.key }) {
                    row.value(named: "\(status)", .number(JSONNumber(count)))
                }
            }
            json.number("tokens", dataverse?.entra.issued ?? 0)
        }
    }

    /// Puts rows, new or in the place of those of their ids; at the first wrong one it stops, and those before it stay.
    private func putRows(_ raw: RawRequest, set: Substring) throws(DataverseProblem) -> RestAnswer {
        openDataverse()
        guard let table = DataverseSchema.table(set: set) else { throw .unknownSegment(set) }
        guard let rows = raw.body.flatMap({ try? JSONValue(parsing: $0.readableBytesView) })?.array else {
            throw .query("The body is a JSON array of rows.")
        }
        var ids: [JSONValue] = []
        for row in rows {
            let draft = try DataverseDraft(row, table)
            guard let id = try dataverse?.take(draft, table, now: WallClock.now()) else { throw .full }
            ids.append(.string(id.text))
        }
        return .object { $0.value("ids", .array(ids)) }
    }
}
