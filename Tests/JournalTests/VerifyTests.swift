import Glibc
import Journal
import TestSupport
import Testing

@Suite struct VerifyTests {
    @Test("a live journal is verified without disturbing its owner, who is named")
    func live() throws {
        let directory = TemporaryDirectory()
        let journal = try Journal.open(directory: directory.path, options: .small)
        for _ in 0..<40 { try journal.commit(String(repeating: "x", count: 5_000), "y") }
        try journal.append([Sample("unsynced")])
        var calls = 0
        let report = try Journal.verify(directory: directory.path) { done, total in
            calls += 1
            #expect(done <= total)
        }
        #expect(report.isLive && report.ownerPID == getpid() && !report.isClean && report.problems == [])
        #expect(report.batches == 41 && report.records == 81 && report.segments == 4 && calls >= 4)
        #expect(report.firstOffset == 1 && report.end == 82 && report.bytes == journal.sizeBytes)
        try journal.close()
        #expect(try Journal.verify(directory: directory.path).isClean)
    }

    @Test("a batch that the owner is writing at the moment is no problem")
    func inProgress() throws {
        let directory = TemporaryDirectory()
        let journal = try Journal.open(directory: directory.path)
        try journal.commit("a")
        let name = directory("00000000000000000001.log")
        let descriptor = open(name, O_WRONLY | O_APPEND)
        defer { close(descriptor) }
        #expect(write(descriptor, "PBJ1", 4) == 4)
        #expect(try Journal.verify(directory: directory.path).problems == [])
        Disk.copy(directory.path, to: directory("cut"))
        #expect(try Journal.verify(directory: directory("cut")).problems.map(\.kind) == [.truncatable])
    }

    @Test("verifying looks at the disk, not at the page cache")
    func pastTheCache() throws {
        let directory = TemporaryDirectory()
        let journal = try Journal.open(directory: directory.path)
        for _ in 0..<40 { try journal.commit(String(repeating: "x", count: 5_000)) }
        try journal.close()
        let name = directory("00000000000000000001.log")
        let descriptor = open(name, O_RDONLY)
        defer { close(descriptor) }
        #expect(posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) == 0)
        guard residentPages(of: descriptor) == 0 else { return print("This file system keeps pages: nothing to see.") }
        #expect(try Journal.verify(directory: directory.path).isIntact)
        #expect(residentPages(of: descriptor) == 0)
    }

    private func residentPages(of descriptor: Int32) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0,
            let map = mmap(nil, status.st_size, PROT_READ, MAP_SHARED, descriptor, 0), map != MAP_FAILED
        else { return -1 }
        defer { munmap(map, status.st_size) }
        var pages = [UInt8](repeating: 0, count: (status.st_size + 4_095) / 4_096)
        guard mincore(map, status.st_size, &pages) == 0 else { return -1 }
        return pages.count { $0 & 1 == 1 }
    }
}
