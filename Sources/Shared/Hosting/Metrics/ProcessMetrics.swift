import Glibc

/// The process about itself: memory, processor time, descriptors, start.
///
/// Names as Prometheus's own clients use them.
enum ProcessMetrics {
    /// Adds the readings to what the registry collects at each scrape.
    static func install(in registry: MetricsRegistry, service: String) {
        let started = Double(Timestamp.now().milliseconds) / 1000
        registry.collect { readings in
            readings.gauge(
                "build.info", help: "Always 1; the labels say what runs.",
                labels: ["service": service, "version": BuildInfo.version], 1)
            if let bytes = residentBytes() {
                readings.gauge("process.resident.memory", help: "Resident memory.", unit: .bytes, Double(bytes))
            }
            readings.counter("process.cpu", help: "Processor time, user and system.", unit: .seconds, cpuSeconds())
            if let count = openDescriptors() {
                readings.gauge("process.open.fds", help: "Open file descriptors.", Double(count))
            }
            readings.gauge(
                "process.start.time", help: "When the process started, since 1970.", unit: .seconds, started)
        }
    }

    /// From `/proc/self/statm`, whose second number counts resident pages: proc(5).
    static func residentBytes() -> Int? {
        guard let bytes = try? FileBytes.read(path: "/proc/self/statm", limit: 4096) else { return nil }
        let words = bytes.split(separator: UInt8(ascii: " "))
        guard words.count > 1, let pages = Int(String(decoding: words[1], as: UTF8.self)) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    private static func cpuSeconds() -> Double {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    private static func openDescriptors() -> Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) {
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        // One of them is the directory just opened.
        return count - 1
    }
}
