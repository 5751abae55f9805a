import Bus
import Glibc
import Hosting
import Logging
import UnixSignals

extension CommandContext {
    /// How long a command waits for the Broker.
    static let connectTimeout = Duration.seconds(3)

    /// A connection to the Broker that is not running yet.
    ///
    /// - Parameter role: What this command wants to be to the Broker.
    /// - Returns: A connection that works once it is run.
    func makeBus(role: String = "operator") -> BusConnection {
        var logger = Logger(label: "patchbay") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        return BusConnection(
            BusConfiguration(
                socketPath: runDirectory.busSocket, role: role, client: "patchbay/\(BuildInfo.version)"),
            logger: logger)
    }

    /// Runs `body` with a connection, until it returns or the user interrupts it.
    ///
    /// - Parameters:
    ///   - role: What this command wants to be to the Broker.
    ///   - body: What to do once connected.
    /// - Returns: What `body` returned; nil when SIGINT or SIGTERM came first.
    /// - Throws: ``CommandFailure``, with code 69 when no Broker answers.
    @discardableResult
    func withBus<Value: Sendable>(
        role: String = "operator", _ body: @escaping @Sendable (BusConnection) async throws -> Value
    ) async throws -> Value? {
        let bus = makeBus(role: role)
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        do {
            return try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask {
                    try await bus.run()
                    throw CommandFailure("The connection to the Broker has ended.", .unavailable)
                }
                group.addTask {
                    for await _ in signals { break }
                    return nil
                }
                group.addTask {
                    try await waitUntilConnected(bus)
                    return try await body(bus)
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        } catch is OutputClosed {
            return nil
        } catch {
            throw CommandFailure(error)
        }
    }

    /// - Throws: ``CommandFailure`` with code 69, or 77 when the socket may not be opened.
    func waitUntilConnected(_ bus: BusConnection) async throws {
        let path = runDirectory.busSocket
        if access(path, F_OK) == 0, access(path, R_OK | W_OK) != 0 {
            throw CommandFailure(
                "This user may not open \(path). Its group may: see 'ls -l' on it, and 'id'.", .permission)
        }
        do {
            _ = try await bus.waitUntilConnected(within: Self.connectTimeout)
        } catch {
            switch error {
            case .rejected, .refused: throw CommandFailure(error)
            default: break
            }
            throw CommandFailure(
                "No Broker answered on \(path) within \(Self.connectTimeout).\n"
                    + "Start everything with 'patchbay up', or say with --run-dir where it runs.", .unavailable)
        }
    }
}
