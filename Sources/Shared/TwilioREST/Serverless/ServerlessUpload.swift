/// A version of an asset to be stored.
public struct ServerlessUpload: Hashable, Sendable {
    /// Where it is served: `/extensions.json`.
    public var path: String
    /// `public`, `protected` or `private`.
    public var visibility: String
    public var content: [UInt8]
    public var contentType: String

    public init(path: String, visibility: String, content: [UInt8], contentType: String) {
        self.path = path
        self.visibility = visibility
        self.content = content
        self.contentType = contentType
    }

    var multipart: MultipartForm {
        var form = MultipartForm(avoiding: content)
        form.add("Path", path)
        form.add("Visibility", visibility)
        form.add(
            "Content", content, filename: path.split(separator: "/").last.map(String.init) ?? "asset",
            contentType: contentType)
        return form
    }
}
