internal import Glibc

/// Calls into the C library that throw what failed on which file.
enum Posix {
    static func message(_ code: Int32) -> String { String(cString: strerror(code)) }

    static func check(_ result: Int32, _ operation: String, _ path: String) throws(JournalError) {
        guard result < 0 else { return }
        throw error(operation, path)
    }

    /// The error of the call that just failed.
    static func error(_ operation: String, _ path: String) -> JournalError {
        .io(operation: operation, path: path, errno: errno)
    }

    static func rename(_ from: String, to: String) throws(JournalError) {
        try check(Glibc.rename(from, to), "rename", to)
    }

    /// Removes a file; one that is gone already is no error.
    static func remove(_ path: String) throws(JournalError) {
        guard unlink(path) < 0, errno != ENOENT else { return }
        throw error("unlink", path)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes the names in a directory durable.
    static func syncDirectory(_ path: String) throws(JournalError) {
        let directory = try File(path, O_RDONLY | O_DIRECTORY)
        try check(fsync(directory.descriptor), "fsync", path)
    }

    /// Makes a directory, and has its name on disk; one that is there already is no error.
    static func makeDirectory(_ path: String) throws(JournalError) {
        guard mkdir(path, 0o750) < 0 else { return try syncDirectory(parent(of: path)) }
        guard errno != EEXIST else { return }
        throw error("mkdir", path)
    }

    /// Makes a directory and those above it that are missing.
    static func makeDirectories(_ path: String) throws(JournalError) {
        do throws(JournalError) {
            try makeDirectory(path)
        } catch .io(_, _, ENOENT) where parent(of: path) != path {
            try makeDirectories(parent(of: path))
            try makeDirectory(path)
        }
    }

    private static func parent(of path: String) -> String {
        let parts = path.split(separator: "/").dropLast().joined(separator: "/")
        if path.hasPrefix("/") { return "/" + parts }
        return parts.isEmpty ? "." : parts
    }

    static func names(in directory: String) throws(JournalError) -> [String] {
        guard let stream = opendir(directory) else { throw error("opendir", directory) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let capacity = MemoryLayout.size(ofValue: entry.pointee.d_name)
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: capacity) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a directory and the plain files in it.
    static func removeDirectory(_ path: String) throws(JournalError) {
        for name in try names(in: path) { try remove("\(path)/\(name)") }
        try check(rmdir(path), "rmdir", path)
    }
}
