/// What the roles of Flex mean here.
enum FlexRoles {
    /// The highest of several; nil when none of them means anything here.
    static func role(of roles: [String]) -> Editor.Role? {
        let names = Set(roles.map { $0.lowercased() })
        if names.contains("admin") { return .admin }
        if names.contains("supervisor") { return .supervisor }
        return names.contains("agent") ? .agent : nil
    }
}
