import Bus
import Events
import Wire

/// What was logged lately, by agent and by contact, newest first.
///
/// It is ours and the same for every CRM; entries vanish by age.
struct RecentActivities: Sendable {
    static let map = "crm-activities"
    static let maxPage = 50

    let store: any StateStore

    /// Whose activities.
    enum Owner: Hashable, Sendable {
        case agent(String)
        case contact(String)

        /// A slash in a name would end it.
        var prefix: String {
            func escaped(_ text: String) -> String {
                text.replacing("%", with: "%25").replacing("/", with: "%2F")
            }
            return switch self {
            case .agent(let id): "agent/\(escaped(id))/"
            case .contact(let id): "contact/\(escaped(id))/"
            }
        }
    }

    /// The entries of a log that was written; the same log always has the same keys.
    static func writes(_ log: ActivityLog, _ reference: ActivityReference, age: Duration) -> [MapWrite] {
        let entry = JSONObject([
            ("activity", .object(JSONObject([("entity", .string(reference.entity)), ("id", .string(reference.id))]))),
            ("log", log.json),
        ])
        let owners = [Owner.agent(log.agentID)] + (log.record.map { [.contact($0.id)] } ?? [])
        return owners.map { owner in
            MapWrite(
                .put, map: map, key: owner.prefix + ContactKeys.inverted(Int64(log.started)) + "/\(log.interactionID)",
                value: JSONValue.object(entry).bytes, ttl: UInt64(age / .milliseconds(1)))
        }
    }

    /// The newest ones, as `{activity{entity,id}, log}`.
    func list(_ owner: Owner, limit: Int) async throws(BusError) -> [JSONValue] {
        let limit = max(1, min(limit, Self.maxPage))
        return try await store.list(Self.map, prefix: owner.prefix, after: "", limit: limit).entries
            .compactMap { try? JSONValue(parsing: $0.value) }
    }
}
