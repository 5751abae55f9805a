internal import Events
internal import Wire

/// An error with a stable code: what dead letters and failed calls say about it.
///
/// Errors without one are named by their type; what they say in words stays in the process, because it may hold
/// personal data.
public protocol CodedError: Error {
    /// Stable, for machines, dotted lower case.
    var code: String { get }
}

extension BusError: CodedError {}

/// The code of `error`, or the name of its type.
func stableCode(of error: any Error) -> String {
    switch error {
    case let error as any CodedError: error.code
    case let error as EventError: error.code
    case let error as WireError: error.code
    case let error as Failure: error.code
    case is CancellationError: "handler.cancelled"
    default: "handler.\(type(of: error))"
    }
}
