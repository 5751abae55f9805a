import Glibc

/// What is of this machine alone: addresses that no other machine has, and the names that lead to them.
public enum Loopback {
    /// Whether an IP address is of the loopback interface.
    ///
    /// - Parameter text: As a socket gives it: `127.0.0.1`, `::1`, `::ffff:127.0.0.1`. Anything that is no address is not.
    /// - Returns: True for `127.0.0.0/8`, `::1`, and the former mapped into IPv6.
    public static func isAddress(_ text: String) -> Bool {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return four.s_addr & 0xFF == 127 }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return false }
        return withUnsafeBytes(of: &six) { bytes in
            let isMapped = bytes[0..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            return isMapped ? bytes[12] == 127 : bytes[0..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
        }
    }

    /// Whether a `Host` header names this machine: a page whose name was made to lead here (DNS rebinding) does not.
    ///
    /// - Parameter host: With or without a port: `localhost:8080`, `127.0.0.1`, `[::1]:8090`.
    /// - Returns: True for loopback addresses, `localhost` and names below it.
    public static func isHost(_ host: String) -> Bool {
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" }.dropFirst() : host.prefix { $0 != ":" }
        return name == "localhost" || name.hasSuffix(".localhost") || isAddress(String(name))
    }
}
