import ServiceLifecycle
import Synchronization

/// Keeps the first error of several services: the ones after it are mostly its consequences.
final class FirstFailure: Sendable {
    private let failure = Mutex<(any Error)?>(nil)

    var first: (any Error)? { failure.withLock { $0 } }

    func record(_ error: any Error) {
        failure.withLock { $0 = $0 ?? error }
    }
}

/// A service returned although nobody had asked it to stop.
struct ServiceReturned: Error, CustomStringConvertible {
    let service: String
    var description: String { "The service \(service) ended although nobody had told it to stop." }
}

/// Runs a service and remembers how it ended.
struct ObservedService: Service {
    let service: any Service
    let failures: FirstFailure

    func run() async throws {
        do {
            try await service.run()
        } catch is CancellationError where Task.isCancelled || Task.isShuttingDownGracefully {
            return
        } catch {
            failures.record(error)
            throw error
        }
        if !Task.isShuttingDownGracefully, !Task.isCancelled {
            failures.record(ServiceReturned(service: "\(type(of: service))"))
        }
    }
}
