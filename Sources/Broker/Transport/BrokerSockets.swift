import Glibc
import Hosting
import ZeroMQ

/// The Broker's two sockets, bound so that no second process can take them and no stranger can open them.
struct BrokerSockets {
    let router: ZeroMQSocket
    let tap: ZeroMQSocket
    private let locks: [SocketLock]

    /// Binds both.
    ///
    /// The locks come first: libzmq would let a second process bind the same path without an error.
    ///
    /// - Throws: ``AdminSocketError`` with exit code 75 naming the owner, or ``ZeroMQError``.
    init(_ run: RunDirectory, limits: BrokerLimits, tapHighWaterMark: Int, in context: ZeroMQContext) throws {
        locks = [try SocketLock(besideSocket: run.busSocket), try SocketLock(besideSocket: run.tapSocket)]
        // libzmq numbers connections from rand(), which it never seeds: unseeded, a stranger could foretell the next
        // number, claim it with a routing id of its own, and abort the ROUTER or take a dead client's place.
        srand(UInt32.random(in: 1 ... .max))
        router = try ZeroMQSocket(.router, in: context)
        try router.set(.routerMandatory, 1)
        try router.set(.linger, 200)
        try router.set(.sendHighWaterMark, 64)
        try router.set(.receiveHighWaterMark, 64)
        try router.setMaxMessageBytes(Int64(limits.maxFrameBytes))
        try BrokerSockets.bind(router, run.busSocket, group: nil)

        tap = try ZeroMQSocket(.xpub, in: context)
        try tap.set(.linger, 0)
        try tap.set(.sendHighWaterMark, Int32(tapHighWaterMark))
        try tap.setMaxMessageBytes(1_024)
        try BrokerSockets.bind(tap, run.tapSocket, group: "patchbay-tap")
    }

    /// Binds `path` with mode 0660 and, where it exists, the group that may open it.
    private static func bind(_ socket: ZeroMQSocket, _ path: String, group: String?) throws {
        unlink(path)
        // The file must never be open to others, not even between bind and chmod.
        let previous = umask(0o117)
        defer { umask(previous) }
        try socket.bind("ipc://\(path)")
        guard let group else { return }
        // Without its group nobody but the owner watches.
        guard let entry = getgrnam(group), chown(path, uid_t.max, entry.pointee.gr_gid) == 0 else {
            chmod(path, 0o600)
            return
        }
    }
}
