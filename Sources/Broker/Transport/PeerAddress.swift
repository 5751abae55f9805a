/// What libzmq knows of an ipc peer: the process behind the connection.
struct PeerAddress: Equatable {
    var uid: UInt32
    var gid: UInt32
    var pid: UInt32

    /// Reads the metadata `Peer-Address` of a message: `uid:gid:pid`.
    init?(_ text: String) {
        let parts = text.split(separator: ":").compactMap { UInt32($0) }
        guard parts.count == 3 else { return nil }
        (uid, gid, pid) = (parts[0], parts[1], parts[2])
    }
}
