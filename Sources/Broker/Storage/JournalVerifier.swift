import Foundation
import Journal
import Synchronization

/// Reads sealed segments again in the background, slowly, so that what rots on the disk is known before it is needed.
final class JournalVerifier: Sendable {
    /// Bytes of one step at most; after each it rests for as long as the rate says.
    static let stepBytes = 1 << 20

    /// What was found since the start.
    struct Report: Sendable, Equatable {
        var passes: UInt64 = 0
        var verifiedBytes: UInt64 = 0
        var damagedSegments = 0
    }

    private struct State {
        var report = Report()
        var isRunning = false
        var isStopped = false
        var found: [JournalError] = []
    }

    /// One run over the segments that were sealed when it began.
    private final class Pass: Sendable {
        private let verifier: Mutex<SealedVerifier>
        /// What it had verified before the last step.
        private let verified = Mutex<UInt64>(0)

        init(_ verifier: sending SealedVerifier) { self.verifier = Mutex(verifier) }

        /// - Returns: Bytes verified by this step, nil at the end.
        func step() throws(JournalError) -> UInt64? {
            let progress = try verifier.withLock { (verifier) throws(JournalError) in
                try verifier.step(maxBytes: JournalVerifier.stepBytes)
            }
            guard let progress else { return nil }
            return verified.withLock { verified in
                defer { verified = progress.verifiedBytes }
                return progress.verifiedBytes - verified
            }
        }
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "patchbay.verify", qos: .background)
    private let secondsPerByte: Double

    /// - Parameter bytesPerSecond: How fast it reads (`verify_bytes_per_second`).
    init(bytesPerSecond: Int) { secondsPerByte = 1 / Double(bytesPerSecond) }

    var report: Report { state.withLock { $0.report } }
    var isRunning: Bool { state.withLock { $0.isRunning } }

    /// Begins a pass, unless one is under way.
    func start(_ verifier: sending SealedVerifier) {
        let isFree = state.withLock { state in
            defer { state.isRunning = true }
            return !state.isRunning && !state.isStopped
        }
        guard isFree else { return }
        let pass = Pass(verifier)
        queue.async { self.step(pass) }
    }

    /// Ends the pass under way after its step.
    func stop() { state.withLock { $0.isStopped = true } }

    /// What was found since the last call: damage, or files that cannot be read.
    func takeFound() -> [JournalError] {
        state.withLock { state in
            defer { state.found = [] }
            return state.found
        }
    }

    private func step(_ pass: Pass) {
        var isOver = false
        var read: UInt64 = 1 << 16
        do throws(JournalError) {
            let bytes = try pass.step()
            isOver = bytes == nil
            read = bytes ?? 0
            state.withLock { state in
                state.report.verifiedBytes += bytes ?? 0
                if isOver { state.report.passes += 1 }
            }
        } catch {
            state.withLock { state in
                state.found.append(error)
                state.report.damagedSegments += 1
            }
        }
        let goesOn = state.withLock { state in
            state.isRunning = !isOver && !state.isStopped
            return state.isRunning
        }
        if goesOn { queue.asyncAfter(deadline: .now() + Double(read) * secondsPerByte) { self.step(pass) } }
    }
}
