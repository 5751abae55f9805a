internal import CZeroMQ

/// A call into libzmq that failed.
public struct ZeroMQError: Error, Hashable, Sendable, CustomStringConvertible {
    /// libzmq's error number.
    public let number: Int32
    /// What was being done, to which endpoint.
    public let doing: String

    init(doing: String) {
        number = zmq_errno()
        self.doing = doing
    }

    /// Stable, for machines.
    public var code: String { "zeromq.\(number)" }
    public var description: String { "Could not \(doing): \(String(cString: zmq_strerror(number)))." }
}
