import Glibc

/// The environment this process was started with.
public enum ProcessEnvironment {
    /// Every variable at the time of `exec`, read from `/proc/self/environ`.
    ///
    /// Later calls of `setenv` do not show: a process of ours never changes its own environment, and reading the C
    /// array `environ` while another thread writes to it is undefined.
    public static var current: [String: String] {
        guard let bytes = try? FileBytes.read(path: "/proc/self/environ", limit: 16 << 20) else { return [:] }
        var variables: [String: String] = [:]
        for entry in bytes.split(separator: 0) {
            guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: entry[..<equals], as: UTF8.self)
            variables[name] = String(decoding: entry[entry.index(after: equals)...], as: UTF8.self)
        }
        return variables
    }
}
