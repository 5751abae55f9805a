import Bus
import Hosting

/// Why a command did not do what was asked, with the exit code that says so to scripts.
struct CommandFailure: Error, Equatable {
    /// Exit codes of `patchbay`, after `sysexits.h`; printed by `patchbay help`.
    enum Code: Int32 {
        /// It was tried and refused, or something was found to be wrong.
        case failure = 1
        case usage = 64
        /// What was handed in is not what it should be: no JSON, no event.
        case data = 65
        /// No Broker, or no Gateway, answers.
        case unavailable = 69
        /// Refused for now; the same may succeed later.
        case temporary = 75
        /// The user may not do that.
        case permission = 77
        case configuration = 78
    }

    /// One or two lines: what happened, and what to look at.
    let message: String
    let code: Int32

    init(_ message: String, _ code: Code = .failure) {
        self.init(message, code: code.rawValue)
    }

    init(_ message: String, code: Int32) {
        self.message = message
        self.code = code
    }

    /// What a command throws for an error of the layers below.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let problem as StartPosition.Problem: self.init(problem.description, .usage)
        case let error as BusError: self.init(error.description, Self.code(of: error))
        case let error as any ExitCodeProviding: self.init("\(error)", code: error.exitCode.rawValue)
        default: self.init("\(error)")
        }
    }

    private static func code(of error: BusError) -> Code {
        switch error.code {
        case "session.role", "session.forbidden": .permission
        case "bus.not_connected", "bus.closed": .unavailable
        default: error.isRetryable ? .temporary : .failure
        }
    }
}
