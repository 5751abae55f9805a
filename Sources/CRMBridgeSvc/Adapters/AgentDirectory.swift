import Bus
import Events
import Logging
import Phone
import Synchronization
import TwilioREST

/// Who the agents are: read from TaskRouter when somebody signs in, kept up by its events.
final class AgentDirectory: Sendable {
    /// How long the list of activities and the dialling permissions are believed.
    static let activitiesLifetime = Duration.seconds(60)
    static let permissionLifetime = Duration.seconds(300)
    static let maxRounds = 8
    static let maxWorkers = 10_000

    private struct Cache: Sendable {
        var activities: [AgentActivity] = []
        var activitiesRead: ContinuousClock.Instant?
        var permissions: [String: (isAllowed: Bool, read: ContinuousClock.Instant)] = [:]
    }

    let store: BridgeStore
    let calls: TwilioCalls
    let settings: CRMSettings
    let events: BridgeEvents
    let logger: Logger
    private let cache = Mutex(Cache())

    init(store: BridgeStore, calls: TwilioCalls, settings: CRMSettings, events: BridgeEvents, logger: Logger) {
        self.store = store
        self.calls = calls
        self.settings = settings
        self.events = events
        self.logger = logger
    }

    /// As known; asked for when it is not.
    func agent(_ subject: String) async throws -> AgentRecord {
        if let found = try await store.agent(subject) { return found.record }
        return try await refresh(subject)
    }

    /// As TaskRouter has it now; as known when it cannot be asked.
    ///
    /// - Throws: ``CRMFailure/notAnAgent``, ``BusError``.
    func refresh(_ subject: String) async throws -> AgentRecord {
        let worker: TaskRouterWorker?
        do {
            worker = try await calls.worker(subject)
        } catch {
            logger.warning("A worker could not be read", metadata: ["error": "\(error.code)"])
            if let known = try await store.agent(subject) { return known.record }
            throw CRMFailure.provider(code: error.code, detail: "The provider could not be asked who you are.")
        }
        guard let worker else { throw CRMFailure.notAnAgent }
        return try await keep(record(worker))
    }

    func record(_ worker: TaskRouterWorker) -> AgentRecord {
        func milliseconds(_ time: Timestamp?) -> Int { time.map { Int($0.unixNanoseconds / 1_000_000) } ?? 0 }
        return AgentRecord(
            agentID: worker.friendlyName, workerSID: worker.sid.text, attributes: worker.attributes.object,
            activityName: worker.activityName ?? "", activitySID: worker.activitySID?.text ?? "",
            isAvailable: worker.isAvailable, since: milliseconds(worker.dateStatusChanged),
            version: milliseconds(worker.dateUpdated))
    }

    /// A worker's event: his activity or attributes have changed.
    func take(_ data: JSONValue, at time: Int) async throws {
        guard let name = data["workerName"]?.string, let sid = data["workerSid"]?.string,
            // Only of those who have signed in.
            let known = try await store.agent(name)?.record
        else { return }
        let activity = data["workerActivityName"]?.string ?? known.activityName
        let available = try await activities().first { $0.name == activity }?.isAvailable ?? known.isAvailable
        try await keep(
            AgentRecord(
                agentID: name, workerSID: sid,
                attributes: data["workerAttributes"]?.object ?? known.stored.object ?? JSONObject(),
                activityName: activity, activitySID: data["workerActivitySid"]?.string ?? known.activitySID,
                isAvailable: available, since: activity == known.activityName ? known.since : time, version: time))
    }

    /// Stores what is newer, and tells.
    @discardableResult
    func keep(_ record: AgentRecord) async throws -> AgentRecord {
        for _ in 0..<Self.maxRounds {
            let found = try await store.agent(record.agentID)
            // TaskRouter's answers have whole seconds, its events milliseconds.
            if let known = found?.record, known.version / 1_000 > record.version / 1_000 { return known }
            var next = record
            next.version = max(record.version, found?.record.version ?? 0)
            if next.activityName == found?.record.activityName {
                next.since = found?.record.since ?? next.since
            }
            guard next != found?.record else { return next }
            let told = try events.agent(next, view: try await view(next))
            if try await store.commit([told], store.writes(next, expecting: found?.revision ?? 0)) { return next }
        }
        throw CRMFailure.contended(rounds: Self.maxRounds)
    }

    func activities() async throws -> [AgentActivity] {
        let fresh = cache.withLock { cache in
            cache.activitiesRead.map { ContinuousClock.now - $0 < Self.activitiesLifetime } == true
                ? cache.activities : nil
        }
        if let fresh { return fresh }
        do {
            let read = try await calls.activities()
            cache.withLock { cache in
                cache.activities = read
                cache.activitiesRead = .now
            }
            return read
        } catch {
            return cache.withLock { $0.activities }
        }
    }

    /// Whether the account may call a country.
    func mayCall(_ country: String) async throws(TwilioError) -> Bool {
        let known = cache.withLock { $0.permissions[country] }
        if let known, ContinuousClock.now - known.read < Self.permissionLifetime { return known.isAllowed }
        let isAllowed = try await calls.mayCall(country)
        cache.withLock { $0.permissions[country] = (isAllowed, .now) }
        return isAllowed
    }

    func forgetPermission(_ country: String) { cache.withLock { $0.permissions[country] = nil } }

    func team(of record: AgentRecord) -> TeamSettings? {
        settings.teams[record.team] ?? settings.teams[AgentRecord.defaultTeam]
    }

    /// The agent as his browser gets him.
    func view(_ record: AgentRecord) async throws -> JSONValue {
        let activities = try await activities()
        let leader = try await store.leader(of: record.agentID)
        let team = team(of: record)
        var audio = JSONObject([("kind", .string(record.audioKind))])
        audio["address"] = record.maskedContact.map { .string($0) }
        return [
            "agentId": .string(record.agentID), "workerSid": .string(record.workerSID),
            "name": .string(record.fullName),
            "activity": [
                "name": .string(record.activityName), "sid": .string(record.activitySID),
                "available": .bool(record.isAvailable),
            ],
            "sinceTs": .number(JSONNumber(record.since)), "activities": .array(activities.map(\.json)),
            "team": .string(record.team), "audio": .object(audio), "region": .string(team?.country?.code ?? ""),
            "leader": leader.map {
                ["panelId": .string($0.panel), "expiresTs": .number(JSONNumber($0.expires))]
            } ?? .null,
            "callerId": .string(team?.callerID ?? ""), "canDial": .bool(team != nil && record.isAvailable),
            "requiresConfirm": .bool(team?.isConfirmed ?? false),
        ]
    }
}
