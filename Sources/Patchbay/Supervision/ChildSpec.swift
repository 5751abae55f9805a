import Glibc

/// One process of `patchbay up`.
struct ChildSpec: Equatable, Sendable {
    /// Without `patchbay-`: the name of its admin socket and its column in the log.
    let name: String
    let path: String
    let arguments: [String]

    /// Services in the order in which they depend on each other, and whether one may be absent.
    static let services: [(name: String, isOptional: Bool)] = [
        ("broker", false), ("gateway", false), ("extensions", true), ("sync", true), ("crm", true), ("sandbox", true),
    ]

    /// What there is beside our own executable.
    ///
    /// - Parameters:
    ///   - directory: Where the executables are.
    ///   - arguments: For each of them.
    ///   - isSandboxWanted: The stand-in for the clouds belongs on a laptop only.
    ///   - isExecutable: Whether a path can be run.
    /// - Returns: The processes, in the order in which they depend on each other.
    /// - Throws: ``CommandFailure`` when one that is needed is not there.
    static func found(
        in directory: String, arguments: [String], isSandboxWanted: Bool,
        isExecutable: (String) -> Bool = { access($0, X_OK) == 0 }
    ) throws -> [ChildSpec] {
        try services.compactMap { name, isOptional in
            if name == "sandbox", !isSandboxWanted { return nil }
            let path = "\(directory)/patchbay-\(name)"
            if isExecutable(path) { return ChildSpec(name: name, path: path, arguments: arguments) }
            if isOptional { return nil }
            throw CommandFailure(
                "\(path) is missing or cannot be run.\n"
                    + "All executables of Patchbay belong into one directory: build them with 'swift build -c release'."
            )
        }
    }

    /// The directory of this executable.
    static func ownDirectory() -> String {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink("/proc/self/exe", $0, bytes.count) } ?? 0
        }
        let path = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
        return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }
}
