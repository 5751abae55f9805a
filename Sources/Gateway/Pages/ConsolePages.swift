import HTTPTypes
import Hosting
import Hummingbird
import NIOCore

/// The supervisor's console and the OpenAPI document: files installed beside the executable.
///
/// They hold nothing secret, so no token is needed to read them. Browsers ask each time whether a file has changed.
struct ConsolePages: Sendable {
    /// Everything from here, no script or style in the page itself, no framing.
    static let policy =
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "object-src 'none'"

    let files: InstalledFiles
    /// Where the Sandbox hands out tokens for trying things out, which the sign-in page asks.
    let developmentOrigin: String?

    init(files: InstalledFiles, developmentURL: String?) {
        self.files = files
        developmentOrigin = developmentURL.map { url in
            url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).prefix(2).joined(separator: "//")
        }
    }

    /// The page or file of a path; nil when the path is none of these.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - path: Its path.
    /// - Returns: The file, an error, or nil.
    func answer(_ request: Request, path: String) -> Response? {
        let name: String
        switch path {
        case "/console":
            return Response(status: .movedPermanently, headers: [.location: "/console/", .contentLength: "0"])
        case "/console/": name = "console/index.html"
        case "/openapi.json": name = "openapi.json"
        default:
            guard path.hasPrefix("/console/") else { return nil }
            name = String(path.dropFirst())
        }
        guard request.method == .get || request.method == .head else {
            return Problem.methodNotAllowed("GET, HEAD").response
        }
        guard let file = files.file(name) else { return Problem.routeUnknown.response }
        return answer(request, file)
    }

    private func answer(_ request: Request, _ file: InstalledFiles.File) -> Response {
        let eTag = "\"\(file.version)\""
        var headers: HTTPFields = [
            .eTag: eTag, .cacheControl: "no-cache", .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: Self.policy + (developmentOrigin.map { "; connect-src 'self' \($0)" } ?? ""),
            .referrerPolicy: "no-referrer",
        ]
        let known = (request.headers[.ifNoneMatch] ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
        if known.contains(where: { $0 == eTag || $0 == "W/\(eTag)" || $0 == "*" }) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = file.contentType
        headers[.contentLength] = String(file.bytes.count)
        let body = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes))
        return Response(status: .ok, headers: headers, body: body)
    }
}
