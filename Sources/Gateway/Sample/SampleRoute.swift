/// The paths of the sample's own page, with what it sends to each besides `Token`.
enum SampleRoute: String, CaseIterable, Sendable {
    case list = "/admin/list"
    case update = "/admin/update"
    case updateStatus = "/admin/update-status"
    case publish = "/admin/publish"

    /// The least role that may call it; the sample let everybody in.
    var role: Role {
        self == .list ? .agent : .supervisor
    }

    /// Parameters that must be there, each with what it is for.
    var required: [(name: String, purpose: String)] {
        switch self {
        case .list: []
        case .update: [("data", "array of extensions to publish"), ("version", "version that was listed")]
        case .updateStatus: [("buildSid", "SID of the build to look at")]
        case .publish: [("buildSid", "SID of the build to publish")]
        }
    }
}
