import Directory
import Events
import Synchronization

@testable import Gateway

/// A published version with its chunks.
struct TestVersion: Sendable {
    let manifest: DirectoryManifest
    let chunks: [String: [UInt8]]

    init(_ number: Int, _ entries: [DirectoryEntry]) {
        let cut = DirectoryChunks.cut(entries)
        manifest = DirectoryManifest(
            version: number, count: entries.count, chunks: cut.map(\.sha256), publishedBy: "Ana",
            publishedAt: Timestamp(unixNanoseconds: 0), draftRevision: UInt64(number))
        chunks = Dictionary(cut.map { ($0.sha256, $0.bytes) }) { first, _ in first }
    }

    func directory() throws -> PublishedDirectory {
        try PublishedDirectory(manifest: manifest, chunks: chunks)
    }
}

/// The maps behind the Broker, in memory.
final class FakeSource: DirectorySource {
    private struct State {
        var head: DirectoryHead?
        var manifests: [Int: DirectoryManifest] = [:]
        var chunks: [String: [UInt8]] = [:]
        var fetched: [String] = []
        var reports: [DirectoryHead] = []
        var failure: SourceFailure?
    }

    private let state = Mutex(State())

    var fetched: [String] { state.withLock { $0.fetched } }
    var reports: [DirectoryHead] { state.withLock { $0.reports } }

    func publish(_ version: TestVersion) {
        state.withLock { state in
            state.head = DirectoryHead(version.manifest)
            state.manifests[version.manifest.version] = version.manifest
            state.chunks.merge(version.chunks) { first, _ in first }
            state.fetched = []
        }
    }

    func setChunk(_ sha256: String, _ bytes: [UInt8]?) { state.withLock { $0.chunks[sha256] = bytes } }

    func setFailure(_ failure: SourceFailure?) { state.withLock { $0.failure = failure } }

    private func read<Value: Sendable>(_ body: (inout State) -> Value) throws(SourceFailure) -> Value {
        try state.withLock { state -> Result<Value, SourceFailure> in
            if let failure = state.failure { return .failure(failure) }
            return .success(body(&state))
        }.get()
    }

    func head() async throws(SourceFailure) -> DirectoryHead? { try read { $0.head } }

    func manifest(of version: Int) async throws(SourceFailure) -> DirectoryManifest? {
        try read { $0.manifests[version] }
    }

    func chunk(_ sha256: String) async throws(SourceFailure) -> [UInt8]? {
        try read { state in
            state.fetched.append(sha256)
            return state.chunks[sha256]
        }
    }

    func report(_ head: DirectoryHead) async throws(SourceFailure) { try read { $0.reports.append(head) } }
}
