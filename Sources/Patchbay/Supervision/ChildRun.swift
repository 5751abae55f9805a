import Subprocess
import SystemPackage

/// One run of a process of `patchbay up`, from start to end.
struct ChildRun: Sendable {
    /// Longest line of a log that is passed on, in bytes; longer ones end the stream of that process.
    static let lineBytes = 1 << 20

    let spec: ChildSpec
    /// Takes a line of its output.
    let line: @Sendable (String) -> Void

    /// Runs the process; passes signals on until it has ended.
    ///
    /// - Parameter signals: What to send it.
    /// - Returns: How it ended.
    func run(signals: AsyncStream<Signal>) async -> Supervision.Ending {
        var options = PlatformOptions()
        // A group of its own: Ctrl-C in the terminal reaches `patchbay up`, which stops the processes in order.
        options.processGroupID = 0
        do {
            let result = try await Subprocess.run(
                .path(FilePath(spec.path)), arguments: Arguments(spec.arguments), platformOptions: options,
                input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for await signal in signals { try? execution.send(signal: signal) }
                    }
                    await copyLines(of: execution.standardOutput)
                    group.cancelAll()
                }
            }
            switch result.terminationStatus {
            case .exited(let code): return .exited(code)
            case .signaled(let signal): return .signalled(signal)
            }
        } catch {
            line("could not be run: \(error)")
            return .exited(71)
        }
    }

    private func copyLines(of output: SubprocessOutputSequence) async {
        do {
            for try await text in output.strings(bufferingPolicy: .maxLineLength(Self.lineBytes)) {
                line(text)
            }
        } catch {
            line("output lost: \(error)")
        }
    }
}
