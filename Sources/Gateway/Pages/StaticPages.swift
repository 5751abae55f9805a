import HTTPTypes
import Hosting
import Hummingbird
import NIOCore

/// Pages, scripts and styles that are installed beside the executable, and the OpenAPI document.
///
/// They hold nothing secret, so no token is needed to read them. Browsers ask each time whether a file has changed.
struct StaticPages: Sendable {
    let files: InstalledFiles
    private let headers: [StaticMount: HTTPFields]
    /// Of ``CIFPage``.
    private let cifHeaders: HTTPFields

    /// - Parameters:
    ///   - files: A folder for every mount; one that is absent has nothing to show.
    ///   - developmentURL: Where the Sandbox hands out tokens for trying things out, which sign-in pages ask.
    ///   - origins: Whose pages may frame the agent's panel.
    ///   - cifOrigins: Organisations of Dynamics 365 in which the panel is a channel.
    init(
        files: InstalledFiles, developmentURL: String?, framedBy origins: [WebOrigin] = [],
        cifOrigins: [WebOrigin] = []
    ) {
        self.files = files
        let development = developmentURL.map { url in
            url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).prefix(2).joined(separator: "//")
        }
        let mounts = StaticMount.allCases.map { ($0, $0.headers(development: development, framedBy: origins)) }
        headers = Dictionary(uniqueKeysWithValues: mounts)
        var fields = headers[.panel] ?? [:]
        fields[.contentSecurityPolicy] = CIFPage.policy(development: development, origins: cifOrigins)
        cifHeaders = fields
    }

    /// The page or file of a path; nil when the path is none of these.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - path: Its path.
    /// - Returns: The file, an error, or nil.
    func answer(_ request: Request, path: String) -> Response? {
        let mount: StaticMount
        let name: String
        if path == "/openapi.json" {
            mount = .console
            name = "openapi.json"
        } else if path == CIFPage.path {
            mount = .panel
            name = CIFPage.file
        } else if let found = StaticMount(path: path) {
            mount = found
            guard path.utf8.count > mount.rawValue.utf8.count + 1 else {
                guard mount.hasIndex else { return Problem.routeUnknown.response }
                return Response(
                    status: .movedPermanently, headers: [.location: "/\(mount.rawValue)/", .contentLength: "0"])
            }
            let isIndex = mount.hasIndex && path.utf8.count == mount.rawValue.utf8.count + 2
            name = isIndex ? "\(mount.rawValue)/index.html" : String(path.dropFirst())
        } else {
            return nil
        }
        guard request.method == .get || request.method == .head else {
            return Problem.methodNotAllowed("GET, HEAD").response
        }
        guard let file = files.file(name) else { return Problem.routeUnknown.response }
        return answer(request, file, path == CIFPage.path ? cifHeaders : headers[mount] ?? [:])
    }

    private func answer(_ request: Request, _ file: InstalledFiles.File, _ common: HTTPFields) -> Response {
        let tag = EntityTag("\"\(file.version)\"")
        var headers = common
        headers[.eTag] = tag.text
        if tag.fits(request.headers[.ifNoneMatch]) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = file.contentType
        headers[.contentLength] = String(file.bytes.count)
        let body = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes))
        return Response(status: .ok, headers: headers, body: body)
    }
}
