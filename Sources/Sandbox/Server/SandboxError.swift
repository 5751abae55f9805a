import Glibc
import Hosting

/// Why the Sandbox cannot start.
enum SandboxError: Error, ExitCodeProviding, CustomStringConvertible {
    case cannotListen(host: String, port: Int, errno: Int32)

    var code: String {
        switch self {
        case .cannotListen: "sandbox.cannot_listen"
        }
    }

    var exitCode: ExitCode { .unavailable }

    var description: String {
        switch self {
        case .cannotListen(let host, let port, let errno):
            "The Sandbox cannot listen on \(host):\(port): \(String(cString: strerror(errno))). "
                + "Check sandbox.listen and what else listens there."
        }
    }
}
