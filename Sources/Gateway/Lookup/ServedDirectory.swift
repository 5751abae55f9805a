import Directory
import Synchronization

/// The version that lookups are answered from; swapped whole.
final class ServedDirectory: Sendable {
    /// A version behind one reference, so that a lookup takes a single one.
    final class Version: Sendable {
        let directory: PublishedDirectory

        init(_ directory: PublishedDirectory) { self.directory = directory }
    }

    private let state = Mutex<Version?>(nil)

    /// What is served now; nil before the first version is known.
    var current: Version? { state.withLock { $0 } }

    /// What is served now, by number and content.
    var head: DirectoryHead { current.map { DirectoryHead($0.directory.manifest) } ?? .none }

    /// Makes the index of names, away from the threads that answer requests.
    @concurrent
    func warmNames() async { current?.directory.warmNames() }

    func serve(_ directory: PublishedDirectory) {
        let version = Version(directory)
        // The old one is freed outside the lock: it may be large.
        let old = state.withLock { state in
            defer { state = version }
            return state
        }
        _ = consume old
    }
}
