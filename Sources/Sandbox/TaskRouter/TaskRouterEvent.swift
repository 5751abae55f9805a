import Events

/// One thing that happened in a workspace: it is listed under `/Events` and posted to the event callback.
struct TaskRouterEvent: Hashable, Sendable {
    let sid: String
    let type: String
    let description: String
    let resourceType: String
    let resourceSID: String
    let time: Timestamp
    /// The fields besides those every event has, as the callback names them.
    let fields: [Field]

    struct Field: Hashable, Sendable {
        let name: String
        let value: String
    }

    var milliseconds: UInt64 { time.unixNanoseconds / 1_000_000 }

    /// A field's value by its name in the callback.
    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The callback's parameters.
    func parameters(accountSID: String, workspaceSID: String, workspaceName: String) -> [(String, String)] {
        [
            ("Sid", sid), ("EventType", type), ("AccountSid", accountSID), ("WorkspaceSid", workspaceSID),
            ("WorkspaceName", workspaceName), ("EventDescription", description), ("ResourceType", resourceType),
            ("ResourceSid", resourceSID), ("Timestamp", String(milliseconds / 1_000)),
            ("TimestampMs", String(milliseconds)),
        ] + fields.map { ($0.name, $0.value) }
    }

    /// The `event_data` of the resource: the same fields, named in small letters with underscores.
    func data(workspaceSID: String, workspaceName: String) -> JSONObject {
        var object = JSONObject([
            ("workspace_sid", .string(workspaceSID)), ("workspace_name", .string(workspaceName)),
        ])
        for field in fields { object[Self.underscored(field.name)] = .string(field.value) }
        return object
    }

    private static func underscored(_ name: String) -> String {
        var text = ""
        for (index, character) in name.enumerated() {
            if character.isUppercase, index > 0 { text.append("_") }
            text.append(contentsOf: character.lowercased())
        }
        return text
    }
}
