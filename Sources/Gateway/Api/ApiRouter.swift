import HTTPTypes

/// Finds the route of a request.
struct ApiRouter: Sendable {
    /// Bytes of a segment that varies.
    static let maxSegmentBytes = 64

    enum Match: Hashable, Sendable {
        case route(ApiRoute)
        /// The path is one of ours, its methods are these.
        case otherMethods([String])
        case none
    }

    private let routes: [(segments: [Substring], route: ApiRoute)]

    init(_ routes: [ApiRoute] = ApiRoute.all) {
        self.routes = routes.map { ($0.path.split(separator: "/"), $0) }
    }

    /// The route of a path; a segment that is written out goes before one that varies.
    func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
        guard path.hasPrefix("/v1/") else { return .none }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let fitting = routes.filter { Self.fits($0.segments, segments) }
        let exact = fitting.filter { $0.segments.last == segments.last }
        let candidates = (exact.isEmpty ? fitting : exact).map(\.route)
        if candidates.isEmpty { return .none }
        guard let route = candidates.first(where: { $0.method == method }) else {
            return .otherMethods(candidates.map(\.method.rawValue))
        }
        return .route(route)
    }

    private static func fits(_ template: [Substring], _ segments: [Substring]) -> Bool {
        guard template.count == segments.count else { return false }
        return zip(template, segments).allSatisfy { part, segment in
            part.hasPrefix("{") ? isIdentifier(segment) : part == segment
        }
    }

    /// What needs no escaping in a path (RFC 3986 §2.3), and no part that a file system would climb by.
    private static func isIdentifier(_ segment: Substring) -> Bool {
        (1...maxSegmentBytes).contains(segment.utf8.count) && segment.utf8.first != UInt8(ascii: ".")
            && segment.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "."), UInt8(ascii: "~"):
                    true
                default: false
                }
            }
    }
}
