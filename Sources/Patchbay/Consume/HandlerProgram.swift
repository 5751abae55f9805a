import Bus
import Events
import Glibc
import Subprocess
import SystemPackage

/// Runs a handler program once per event: the document on its standard input, the answer in its exit code.
struct HandlerProgram: Sendable {
    /// Bytes of standard error that are kept for the reason.
    static let stderrBytes = 4_096
    /// From SIGTERM to SIGKILL when it must end: a twentieth of its allowance, at most this.
    static let graceLimit = Duration.seconds(1)

    /// What the program is told about its event.
    struct Input: Sendable {
        let topic: String
        let key: String
        let offset: UInt64
        let attempt: Int
        let group: String
        let document: [UInt8]
    }

    /// Run by `/bin/sh -c`.
    let command: String
    /// It is told to end after this long: before `ack_wait` ends and somebody else gets the event.
    let allowance: Duration

    /// The allowance that leaves time to kill the program and to settle.
    ///
    /// It is seven tenths of `ack_wait`: at eight tenths the bus cancels the handler.
    static func allowance(ackWaitMs: Int) -> Duration {
        .milliseconds(ackWaitMs * 7 / 10)
    }

    /// Runs the program to its end.
    ///
    /// - Returns: How it ended, and the end of what it wrote to standard error.
    func run(_ input: Input) async -> (outcome: HandlerOutcome, stderrTail: String) {
        let tail = StderrTail(limit: Self.stderrBytes)
        do {
            let status = try await withThrowingTaskGroup(of: TerminationStatus?.self) { group in
                group.addTask { try await execute(input, tail) }
                group.addTask {
                    try await Task.sleep(for: allowance)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
            return (outcome(status), tail.text)
        } catch {
            let outcome: HandlerOutcome =
                Task.isCancelled ? .overran(after: allowance) : .notStarted(problem: "\(error)")
            return (outcome, tail.text)
        }
    }

    private func outcome(_ status: TerminationStatus?) -> HandlerOutcome {
        switch status {
        case .exited(let code)?: .exited(code: code)
        case .signaled(let signal)?: .signalled(signal)
        case nil: .overran(after: allowance)
        }
    }

    private func execute(_ input: Input, _ tail: StderrTail) async throws -> TerminationStatus? {
        var options = PlatformOptions()
        // A group of its own: Ctrl-C reaches us alone, and a kill reaches what the program started.
        options.processGroupID = 0
        let grace = min(Self.graceLimit, allowance / 20)
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)
        ]
        let environment = Environment.inherit.updating([
            "PATCHBAY_TOPIC": input.topic, "PATCHBAY_KEY": input.key, "PATCHBAY_OFFSET": String(input.offset),
            "PATCHBAY_ATTEMPT": String(input.attempt), "PATCHBAY_GROUP": input.group,
        ])
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", command], environment: environment, platformOptions: options,
            input: .inputWriter, output: .currentStandardOutput, error: .sequence
        ) { execution in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    // A program that does not read its input is no failure.
                    _ = try? await execution.standardInputWriter.write(input.document + [UInt8(ascii: "\n")])
                    try? await execution.standardInputWriter.finish()
                }
                group.addTask {
                    do {
                        for try await buffer in execution.standardError {
                            tail.append(buffer.withUnsafeBytes { Array($0) })
                        }
                    } catch {}
                }
            }
        }
        return result.terminationStatus
    }
}
