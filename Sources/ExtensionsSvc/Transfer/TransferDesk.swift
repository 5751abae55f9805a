import Bus
import Directory
import Events
import Logging
import ServiceLifecycle
import TwilioREST
import Wire

/// `extensions.transfer`: what operators ask for those who stay on the provider's Functions.
///
/// `{"action":"sync-import"|"sync-export"|"asset-publish"|"asset-status","dryRun":…,"replace":…,"actor":…}`; the answer is an
/// object, an error one with `error`. An asset is published in the background: building takes longer than a call.
struct TransferDesk: Service {
    static let service = "extensions.transfer"
    static let assetKey = "asset"
    /// A publish of the asset that has said nothing for so long is taken for dead.
    static let staleAfter = Duration.seconds(600)

    let sync: SyncTransfer?
    let asset: AssetTransfer?
    let api: ExtensionsAPI
    let store: DirectoryStore
    let bus: BusConnection
    let logger: Logger
    let now: @Sendable () -> Timestamp
    private let jobs: AsyncStream<AssetJob>
    private let queue: AsyncStream<AssetJob>.Continuation

    private struct AssetJob: Sendable {
        let version: Int
        let content: [UInt8]
    }

    init(
        sync: SyncTransfer?, asset: AssetTransfer?, api: ExtensionsAPI, store: DirectoryStore, bus: BusConnection,
        logger: Logger, now: @escaping @Sendable () -> Timestamp
    ) {
        self.sync = sync
        self.asset = asset
        self.api = api
        self.store = store
        self.bus = bus
        self.logger = logger
        self.now = now
        (jobs, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await bus.serve(Self.service, concurrency: 2) { try await answer($0).bytes } }
            group.addTask {
                await cancelWhenGracefulShutdown { for await job in jobs { await publish(job) } }
            }
            try await group.next()
            queue.finish()
            try await group.waitForAll()
        }
    }

    private func answer(_ payload: [UInt8]) async throws -> JSONValue {
        let request = (try? JSONValue(parsing: payload)) ?? .null
        guard let editor = Editor(request["actor"]), editor.role.mayEdit else {
            return ["error": "This needs the role supervisor or admin."]
        }
        let isDry = request["dryRun"]?.bool ?? false
        let isReplacing = request["replace"]?.bool ?? false
        do {
            switch request["action"]?.string {
            case "sync-import":
                guard let sync else { return Self.notConfigured("extensions.sync") }
                let batch = try await api.importRows(
                    try await sync.rows(), mode: isReplacing ? .replace : .merge,
                    isPartial: request["partial"]?.bool ?? false, isDry: isDry, expecting: nil, editor: editor)
                return ExtensionsAPI.report(of: batch, isDry: isDry)
            case "sync-export":
                guard let sync else { return Self.notConfigured("extensions.sync") }
                let view = try await store.view()
                let plan = try await sync.export(
                    Array(view.comparison.entries.values), isReplacing: isReplacing, isDry: isDry)
                return ["counts": .object(plan.counts), "version": .number(JSONNumber(view.published.version))]
            case "asset-publish": return try await beginAsset()
            case "asset-status": return try await assetStatus()
            default: return ["error": "action is sync-import, sync-export, asset-publish or asset-status."]
            }
        } catch let error as TwilioError {
            return ["error": .string(error.description)]
        }
    }

    private static func notConfigured(_ section: String) -> JSONValue {
        ["error": .string("\(section) is not configured, or extensions.workers names no project.")]
    }

    // MARK: The asset

    private func beginAsset() async throws -> JSONValue {
        guard asset != nil else { return Self.notConfigured("extensions.serverless") }
        let view = try await store.view()
        guard view.published.version > 0 else { return ["error": "Nothing is published yet."] }
        let map = bus.map(DirectoryMaps.head)
        let entry = try await map.get(Self.assetKey)
        if let state = entry.flatMap({ try? JSONValue(parsing: $0.value) }), state["state"]?.string == "building",
            let at = state["at"]?.string.flatMap({ try? Timestamp(rfc3339: $0) }),
            at.advanced(by: Self.staleAfter) > now()
        {
            return ["error": "The asset is being published already.", "asset": state]
        }
        let state = state("building", view.published.version)
        do throws(BusError) {
            try await map.put(Self.assetKey, state.bytes, expecting: entry?.revision ?? 0)
        } catch {
            guard case .revisionMismatch = error else { throw error }
            return ["error": "The asset is being published already."]
        }
        queue.yield(
            AssetJob(version: view.published.version, content: SampleRecord.asset(view.comparison.entries.values)))
        return ["asset": state]
    }

    private func assetStatus() async throws -> JSONValue {
        let entry = try await bus.map(DirectoryMaps.head).get(Self.assetKey)
        return ["asset": entry.flatMap { try? JSONValue(parsing: $0.value) } ?? ["state": "idle"]]
    }

    private func publish(_ job: AssetJob) async {
        guard let asset else { return }
        var end: JSONValue
        do {
            let build = try await asset.publish(job.content)
            end = state("deployed", job.version, ("build", .string(build)))
        } catch {
            let code = (error as? TwilioError)?.code ?? (error as? AssetTransfer.Failure)?.code ?? "extensions.failed"
            logger.error("The asset was not published", metadata: ["error": "\(code)"])
            end = state("failed", job.version, ("error", .string(code)))
        }
        _ = try? await bus.map(DirectoryMaps.head).put(Self.assetKey, end.bytes)
    }

    private func state(_ name: String, _ version: Int, _ extra: (String, JSONValue)? = nil) -> JSONValue {
        var object = JSONObject([
            ("state", .string(name)), ("version", .number(JSONNumber(version))), ("at", .string(now().rfc3339)),
        ])
        if let extra { object[extra.0] = extra.1 }
        return .object(object)
    }
}
