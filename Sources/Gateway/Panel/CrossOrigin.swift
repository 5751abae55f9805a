import HTTPTypes
import Hummingbird

/// Lets scripts of a few configured origins call the API (Fetch standard, CORS).
///
/// An origin is compared whole. Credentials are never allowed: who asks shows a token. Without configured origins no
/// header is sent at all.
struct CrossOrigin: Sendable {
    /// Headers that a script may send.
    static let requestHeaders = "authorization, content-type, if-match, if-none-match, last-event-id"
    /// Headers that a script may read.
    static let responseHeaders = "etag, location, retry-after"
    /// How long a browser may remember a preflight's answer.
    static let maxAgeSeconds = 600

    let origins: Set<String>

    init(_ origins: [WebOrigin]) {
        self.origins = Set(origins.map(\.text))
    }

    private func allowed(_ request: Request) -> String? {
        guard let origin = request.headers[.origin], origins.contains(origin) else { return nil }
        return origin
    }

    /// The answer to a preflight.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - methods: What its path takes.
    /// - Returns: nil when the request is none, or of an origin that is not allowed.
    func preflight(_ request: Request, methods: [String]) -> Response? {
        guard request.method == .options, request.headers[.accessControlRequestMethod] != nil,
            let origin = allowed(request)
        else { return nil }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowOrigin: origin, .vary: "Origin",
                .accessControlAllowMethods: methods.joined(separator: ", "),
                .accessControlAllowHeaders: Self.requestHeaders, .accessControlMaxAge: String(Self.maxAgeSeconds),
            ])
    }

    /// Marks an answer as readable for the request's origin where that is allowed.
    func mark(_ response: inout Response, for request: Request) {
        guard !origins.isEmpty else { return }
        response.headers[.vary] = "Origin"
        guard let origin = allowed(request) else { return }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] = Self.responseHeaders
    }
}
