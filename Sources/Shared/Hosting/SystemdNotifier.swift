import Glibc

/// Tells systemd how the start and the end of the process go: sd_notify(3).
struct SystemdNotifier: Sendable {
    /// `$NOTIFY_SOCKET`, or nil when nobody wants to know.
    let socket: String?

    /// Sends one state, such as `READY=1`.
    ///
    /// Nobody listening is not an error.
    func send(_ state: String) {
        guard let path = socket, path.hasPrefix("/") || path.hasPrefix("@") else { return }
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(state.utf8)
        _ = UnixSocket.withAddress(path) { address, length in
            sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, length) < 0 ? -1 : 0
        }
    }
}
