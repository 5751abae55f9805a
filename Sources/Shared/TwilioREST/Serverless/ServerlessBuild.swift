public import Events

/// A set of versions put together.
public struct ServerlessBuild: Hashable, Sendable, TwilioResource {
    /// `ZB…`.
    public let sid: String
    /// `building`, `completed` or `failed`.
    public let status: String?
    public let assetVersions: [ServerlessAssetVersion]
    /// `ZN…`; they have to be named again in the next build.
    public let functionVersionSIDs: [String]
    /// `[{name, version}]`.
    public let dependencies: [JSONValue]
    /// `node22` and so on.
    public let runtime: String?
    public let dateCreated: Timestamp?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.text("sid")
        status = fields.optionalText("status")
        assetVersions = try fields.list("asset_versions")
        functionVersionSIDs = (fields["function_versions"]?.array ?? []).compactMap { $0["sid"]?.string }
        dependencies = fields["dependencies"]?.array ?? []
        runtime = fields.optionalText("runtime")
        dateCreated = fields.time("date_created")
    }
}

/// How far a build is.
struct ServerlessBuildStatus: TwilioResource {
    let status: String

    init(_ fields: Fields) throws(FieldError) {
        status = try fields.text("status")
    }
}
