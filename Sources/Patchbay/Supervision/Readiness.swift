import Hosting

/// Waits until processes say on their admin sockets that they are ready.
struct Readiness: Sendable {
    /// Between two questions to one process.
    static let interval = Duration.milliseconds(100)

    let runDirectory: RunDirectory
    let names: [String]
    let deadline: Duration
    /// Takes the name of each process that became ready.
    let progress: @Sendable (String, Duration) -> Void

    /// Waits for all.
    ///
    /// - Returns: What is missing at the deadline, one line a process; empty when all are ready.
    /// - Throws: `CancellationError`, or when a socket's path is too long.
    func wait() async throws -> [String] {
        let clock = ContinuousClock()
        let start = clock.now
        var missing = names
        var reasons: [String: String] = [:]
        while true {
            for name in missing {
                let reason = try await reason(of: name)
                reasons[name] = reason
                if reason == nil { progress(name, clock.now - start) }
            }
            missing = names.filter { reasons[$0] != nil }
            if missing.isEmpty { return [] }
            if clock.now - start >= deadline { return missing.map { "\($0): \(reasons[$0] ?? "no answer")" } }
            try await Task.sleep(for: Self.interval)
        }
    }

    /// Why a process is not ready; nil when it is.
    private func reason(of name: String) async throws -> String? {
        let socket = try runDirectory.adminSocket(for: name)
        do throws(AdminSocketError) {
            let answer = try await AdminClient.get("/readyz", socket: socket, timeout: .seconds(1))
            guard answer.status != 200 else { return nil }
            return answer.body.split(whereSeparator: \.isNewline).joined(separator: "; ")
        } catch {
            return "\(error)"
        }
    }
}
