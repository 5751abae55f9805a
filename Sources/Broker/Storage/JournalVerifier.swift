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
    }

    /// What was seen of one file.
    enum Finding: Sendable {
        /// It is damaged or cannot be read.
        case damaged(JournalError)
        case intact(file: String)
    }

    private struct State {
        var report = Report()
        var isRunning = false
        var isStopped = false
        var found: [Finding] = []
    }

    /// One run over the segments that were sealed when it began.
    private final class Pass: Sendable {
        private let verifier: Mutex<SealedVerifier>

        init(_ verifier: sending SealedVerifier) { self.verifier = Mutex(verifier) }

        /// - Returns: What was verified, nil at the end.
        func step() throws(JournalError) -> SealedVerifier.Step? {
            try verifier.withLock { (verifier) throws(JournalError) in
                try verifier.step(maxBytes: JournalVerifier.stepBytes)
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

    /// What was found since the last call.
    func takeFound() -> [Finding] {
        state.withLock { state in
            defer { state.found = [] }
            return state.found
        }
    }

    private func step(_ pass: Pass) {
        var isOver = false
        var read = 1 << 16
        do throws(JournalError) {
            let step = try pass.step()
            isOver = step == nil
            read = step?.bytes ?? 0
            state.withLock { state in
                state.report.verifiedBytes += UInt64(read)
                if let file = step?.intactFile { state.found.append(.intact(file: file)) }
                if isOver { state.report.passes += 1 }
            }
        } catch {
            state.withLock { $0.found.append(.damaged(error)) }
        }
        let goesOn = state.withLock { state in
            state.isRunning = !isOver && !state.isStopped
            return state.isRunning
        }
        if goesOn { queue.asyncAfter(deadline: .now() + Double(read) * secondsPerByte) { self.step(pass) } }
    }
}
