import Glibc

/// Makes Unix stream sockets.
enum UnixSocket {
    struct Failure: Error {
        let code: Int32
    }

    /// Binds and listens; a file left at `path` is removed, so the caller must own it (``SocketLock``).
    ///
    /// The mode is set between bind and listen: until then nobody can connect.
    static func listen(path: String, mode: UInt32) throws(Failure) -> Int32 {
        let descriptor = try make()
        unlink(path)
        let isBound = withAddress(path) { bind(descriptor, $0, $1) }
        guard isBound == 0, chmod(path, mode) == 0, Glibc.listen(descriptor, 128) == 0 else {
            let code = errno
            close(descriptor)
            throw Failure(code: code)
        }
        return descriptor
    }

    /// Connects; a Unix socket does so at once or not at all.
    static func connect(path: String) throws(Failure) -> Int32 {
        let descriptor = try make()
        guard withAddress(path, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
            let code = errno
            close(descriptor)
            throw Failure(code: code)
        }
        return descriptor
    }

    private static func make() throws(Failure) -> Int32 {
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, flags, 0)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        return descriptor
    }

    /// Calls `body` with the address of `path`; `ENAMETOOLONG` when it does not fit.
    ///
    /// A path that starts with `@` is in Linux's abstract name space, as systemd writes it.
    static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count <= RunDirectory.socketPathLimit else {
            errno = ENAMETOOLONG
            return -1
        }
        let isAbstract = bytes.first == UInt8(ascii: "@")
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            target.copyBytes(from: bytes)
            if isAbstract { target[0] = 0 }
        }
        let length = MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }
}

/// Nanoseconds that never go back.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
