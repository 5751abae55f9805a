import Directory

/// Where published versions come from: the maps behind the Broker.
protocol DirectorySource: Sendable {
    /// Which version is in force; nil: none was published yet.
    func head() async throws(SourceFailure) -> DirectoryHead?

    /// A version's manifest; nil when it is not kept any more.
    func manifest(of version: Int) async throws(SourceFailure) -> DirectoryManifest?

    /// A chunk's bytes, not checked; nil when it is not kept any more.
    func chunk(_ sha256: String) async throws(SourceFailure) -> [UInt8]?

    /// Says what this process serves; forgotten after 15 s.
    func report(_ head: DirectoryHead) async throws(SourceFailure)
}

/// A version by its number and content.
struct DirectoryHead: Hashable, Sendable {
    /// 0: none.
    let version: Int
    let sha256: String
    let count: Int

    static let none = DirectoryHead(version: 0, sha256: "", count: 0)

    init(version: Int, sha256: String, count: Int) {
        self.version = version
        self.sha256 = sha256
        self.count = count
    }

    init(_ manifest: DirectoryManifest) {
        self.init(version: manifest.version, sha256: manifest.sha256, count: manifest.count)
    }
}

/// The maps could not be asked, or hold something else than a directory.
struct SourceFailure: Error, Hashable, Sendable {
    let code: String
}
