import Directory
import Events
import Glibc
import Hosting
import TestSupport
import Testing

@testable import Gateway

@Suite("Following the published directory", .timeLimit(.minutes(1)))
struct DirectoryFollowerTests {
    let directory = TemporaryDirectory()
    let source = FakeSource()
    let served = ServedDirectory()
    let log = LogRecorder()

    private var file: DirectoryFile { DirectoryFile(path: directory("state") + "/gateway/gateway.directory") }

    private func follower(_ served: ServedDirectory? = nil) -> DirectoryFollower {
        DirectoryFollower(
            source: source, served: served ?? self.served, file: file,
            rings: { AsyncStream { $0.finish() } }, registry: MetricsRegistry(), logger: log.logger)
    }

    private static func entries(_ count: Int, name: String = "Ana") -> [DirectoryEntry] {
        (0..<count).map {
            DirectoryEntry(number: "\(10_000 + $0)", target: .queue(name: "q"), spokenName: "\(name) \($0)")
        }
    }

    @Test("A new version is taken over whole, kept on disk and reported; only its new chunks are fetched")
    func follows() async throws {
        let follower = follower()
        await follower.look()
        #expect(served.head == .none)
        var entries = Self.entries(3_000)
        let first = TestVersion(1, entries)
        source.publish(first)
        await follower.look()
        #expect(served.head == DirectoryHead(first.manifest))
        #expect(Set(source.fetched) == Set(first.manifest.chunks) && source.fetched.count == first.chunks.count)
        entries[1_500].spokenName = "Ben"
        let second = TestVersion(2, entries)
        source.publish(second)
        await follower.look()
        #expect(source.fetched.count == 1)
        #expect(served.current?.directory.entry(for: "11500", at: .init(unixNanoseconds: 0))?.spokenName == "Ben")
        #expect(source.reports == [DirectoryHead(first.manifest), DirectoryHead(second.manifest)])
        await follower.look()
        #expect(source.reports.count == 2 && source.fetched.count == 1)
    }

    @Test("After a restart the version on disk is served before anybody has been asked")
    func restarts() async throws {
        let version = TestVersion(7, Self.entries(2_000))
        source.publish(version)
        await follower().look()
        source.setFailure(SourceFailure(code: "bus.not_connected"))
        let again = ServedDirectory()
        let second = follower(again)
        #expect(again.head == DirectoryHead(version.manifest))
        await second.look()
        #expect(again.current?.directory.entries == (try version.directory().entries))
    }

    @Test("What is damaged or gone is not taken over: the old version stays", arguments: ["damaged", "gone", "away"])
    func refuses(_ fault: String) async throws {
        let follower = follower()
        let first = TestVersion(1, Self.entries(500))
        source.publish(first)
        await follower.look()
        let second = TestVersion(2, Self.entries(500, name: "Zoe"))
        source.publish(second)
        let chunk = try #require(second.manifest.chunks.first)
        switch fault {
        case "damaged": source.setChunk(chunk, Array("{}\n".utf8))
        case "gone": source.setChunk(chunk, nil)
        default: source.setFailure(SourceFailure(code: "bus.not_connected"))
        }
        await follower.look()
        #expect(served.head == DirectoryHead(first.manifest))
        source.setChunk(chunk, second.chunks[chunk])
        source.setFailure(nil)
        await follower.look()
        #expect(served.head == DirectoryHead(second.manifest))
    }

    @Test("A version with a lower number is followed too: the Broker was restored, or rolled back")
    func goesBack() async throws {
        let follower = follower()
        source.publish(TestVersion(9, Self.entries(10)))
        await follower.look()
        let older = TestVersion(3, Self.entries(11))
        source.publish(older)
        await follower.look()
        #expect(served.head == DirectoryHead(older.manifest))
    }

    @Test("A file that is cut, empty or changed is no directory, and does not keep the process from starting")
    func damagedFiles() async throws {
        source.publish(TestVersion(1, Self.entries(700)))
        await follower().look()
        let whole = try FileBytes.read(path: file.path, limit: 1 << 20)
        var random = SeededGenerator(seed: 11)
        for round in 0..<60 {
            var bytes = whole
            if round % 2 == 0 {
                bytes = Array(bytes.prefix(random.int(0...bytes.count - 1)))
            } else {
                bytes[random.int(0...bytes.count - 1)] ^= UInt8(random.int(1...255))
            }
            try write(bytes)
            #expect(throws: DirectoryFile.Failure.self, "seed 11, round \(round)") { _ = try file.load() }
        }
        let again = ServedDirectory()
        _ = follower(again)
        #expect(again.head == .none)
        #expect(log.lines.contains { $0.contains("cannot be used") })
    }

    private func write(_ bytes: [UInt8]) throws {
        let handle = open(file.path, O_WRONLY | O_TRUNC)
        #expect(handle >= 0 && Glibc.write(handle, bytes, bytes.count) == bytes.count)
        close(handle)
    }
}
