import Wire

/// One connected client.
struct Session {
    var id: UInt32
    /// Where its frames go: the ROUTER's number of the connection.
    var peer: UInt32
    var role: String
    var permissions: Set<Permission>
    var client: String
    var instance: String
    /// Monotonic nanoseconds of its last frame.
    var lastSeen: UInt64
    /// Sequence number of the next event it publishes.
    var expectedSequence: UInt64 = 1
    /// After a refusal, until `resume`.
    var isPaused = false
    /// Subscription → group.
    var subscriptions: [UInt32: String] = [:]
}

/// What a role may do.
enum Permission: String, CaseIterable, Sendable {
    case publish, consume, call, serve, maps, read, admin
}

/// Who may take which role: the operator's configuration.
struct AccessPolicy: Sendable {
    struct Role: Sendable {
        var permissions: Set<Permission>
        /// User ids that may take the role; root and the Broker's own always may.
        var uids: Set<UInt32>
    }

    var roles: [String: Role]
    var ownUID: UInt32

    /// The permissions of `role` for a peer with this uid, or why there are none.
    func permissions(role name: String, uid: UInt32) -> Result<Set<Permission>, Failure> {
        guard let role = roles[name] else {
            let known = roles.keys.sorted().joined(separator: ", ")
            return .failure(
                Failure(
                    code: "session.role", message: "The role '\(name)' is not configured (broker.roles has \(known)).",
                    retryable: false))
        }
        guard uid == 0 || uid == ownUID || role.uids.contains(uid) else {
            return .failure(
                Failure(
                    code: "session.role",
                    message: "Uid \(uid) may not take the role '\(name)'. Add it to broker.roles.\(name).uids.",
                    retryable: false))
        }
        return .success(role.permissions)
    }
}
