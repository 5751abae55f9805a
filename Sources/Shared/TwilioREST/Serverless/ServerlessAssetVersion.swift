/// A version of an asset.
public struct ServerlessAssetVersion: Hashable, Sendable, TwilioResource {
    /// `ZN…`.
    public let sid: String
    public let assetSID: String?
    public let path: String?
    /// `public`, `protected` or `private`.
    public let visibility: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.text("sid")
        assetSID = fields.optionalText("asset_sid")
        path = fields.optionalText("path")
        visibility = fields.optionalText("visibility")
    }
}
