extension Mask {
    /// What a field holds, judged by its name alone; case and separators do not count.
    enum FieldKind: Equatable, Sendable {
        case content, person, harmless, unknown

        init(field: String) {
            let name = String(field.lowercased().filter { $0.isLetter || $0.isNumber })
            self =
                if Self.harmlessNames.contains(name) || Self.harmlessEndings.contains(where: name.hasSuffix) {
                    .harmless
                } else if Self.contentNames.contains(name) {
                    .content
                } else if Self.personNames.contains(name) || Self.personEndings.contains(where: name.hasSuffix) {
                    .person
                } else {
                    .unknown
                }
        }

        private static let contentNames: Set<String> = [
            "body", "text", "message", "messagebody", "content", "subject", "title", "description", "note", "notes",
            "comment", "transcript", "speech", "password", "token", "secret", "authorization",
        ]
        private static let personNames: Set<String> = [
            "name", "from", "to", "caller", "called", "author", "identity", "clientidentity", "createdby",
            "lastupdatedby", "updatedby", "agent", "customer", "contact", "phone", "mobile", "email", "user",
            "username", "address", "proxyaddress", "projectedaddress", "authoraddress", "messagingbindingaddress",
            "company", "street", "city", "zip", "birthday", "avatar", "number", "filename", "mediafilename",
        ]
        private static let personEndings = [
            "name", "phone", "phonenumber", "email", "address", "identity", "mobile", "birthdate",
        ]
        /// Names of things, and fields whose digits are not telephone numbers.
        private static let harmlessNames: Set<String> = [
            "dialect", "status", "state", "direction", "reason", "kind", "type", "sha256", "version", "uniquename",
        ]
        private static let harmlessEndings = [
            "workspacename", "workflowname", "queuename", "activityname", "channelname", "channeluniquename",
            "eventname", "eventtype", "sid", "timestamp", "timestampms", "timems", "version", "age", "index",
            "sequence",
            "sequencenumber", "priority", "duration", "capacity", "count", "size", "attempt",
        ]
    }
}
