import Glibc
import Hosting

/// Why the Gateway cannot do its work.
enum GatewayError: Error, Hashable, Sendable {
    case addressInUse(host: String, port: Int)
    case cannotListen(host: String, port: Int, problem: String)

    var code: String {
        switch self {
        case .addressInUse: "gateway.address_in_use"
        case .cannotListen: "gateway.cannot_listen"
        }
    }

    /// What a failed `bind` or `listen` means.
    init(host: String, port: Int, errno code: Int32) {
        self =
            code == EADDRINUSE
            ? .addressInUse(host: host, port: port)
            : .cannotListen(
                host: host, port: port, problem: strerror(code).map { String(cString: $0) } ?? "errno \(code)")
    }
}

extension GatewayError: ExitCodeProviding {
    var exitCode: ExitCode {
        switch self {
        case .addressInUse: .alreadyOwned
        case .cannotListen: .configuration
        }
    }
}

extension GatewayError: CustomStringConvertible {
    var description: String {
        switch self {
        case .addressInUse(let host, let port):
            "Another process listens on \(host):\(port). Stop it, or set gateway.listen.port."
        case .cannotListen(let host, let port, let problem):
            "Cannot listen on \(host):\(port): \(problem). See gateway.listen.host and gateway.listen.port."
        }
    }
}
