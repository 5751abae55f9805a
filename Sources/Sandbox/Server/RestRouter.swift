/// Finds the route of a path: a tree of segments, in which literals win over captures.
struct RestRouter: Sendable {
    /// What a path comes to.
    enum Match {
        case route(RestRoute, captures: [(name: String, value: String)])
        /// The path is known, but not with this method.
        case otherMethod
        case unknown
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        /// Captures with a suffix, such as `.json`, come before the one without.
        var captures: [(suffix: String, node: Int)] = []
        var routes: [RestMethod: (route: RestRoute, names: [String])] = [:]
    }

    private var nodes = [Node()]

    init(_ routes: some Sequence<RestRoute>) {
        for route in routes { insert(route) }
    }

    private mutating func insert(_ route: RestRoute) {
        var current = 0
        var names: [String] = []
        for segment in route.pattern.split(separator: "/") {
            if segment.hasPrefix("{"), let end = segment.firstIndex(of: "}") {
                names.append(String(segment[segment.index(after: segment.startIndex)..<end]))
                current = capture(String(segment[segment.index(after: end)...]), at: current)
            } else {
                current = literal(String(segment), at: current)
            }
        }
        let isNew = nodes[current].routes.updateValue((route, names), forKey: route.method) == nil
        precondition(isNew, "two routes \(route.method.rawValue) \(route.pattern)")
    }

    private mutating func literal(_ segment: String, at node: Int) -> Int {
        if let next = nodes[node].literals[segment] { return next }
        nodes.append(Node())
        nodes[node].literals[segment] = nodes.count - 1
        return nodes.count - 1
    }

    private mutating func capture(_ suffix: String, at node: Int) -> Int {
        if let found = nodes[node].captures.first(where: { $0.suffix == suffix }) { return found.node }
        nodes.append(Node())
        nodes[node].captures.append((suffix, nodes.count - 1))
        nodes[node].captures.sort { $0.suffix.utf8.count > $1.suffix.utf8.count }
        return nodes.count - 1
    }

    /// - Parameters:
    ///   - method: The request's method.
    ///   - path: Segments below `/api`, without the query, percent-decoded.
    /// - Returns: The route with its captures, or why there is none.
    func match(_ method: RestMethod, _ path: some Collection<Substring>) -> Match {
        var values: [Substring] = []
        guard let node = find(0, path[...], &values) else { return .unknown }
        guard let found = nodes[node].routes[method] else { return .otherMethod }
        return .route(found.route, captures: zip(found.names, values).map { ($0, String($1)) })
    }

    private func find<Path: Collection<Substring>>(
        _ node: Int, _ rest: Path, _ values: inout [Substring]
    ) -> Int? where Path.SubSequence == Path {
        guard let segment = rest.first else { return nodes[node].routes.isEmpty ? nil : node }
        if let next = nodes[node].literals[String(segment)], let found = find(next, rest.dropFirst(), &values) {
            return found
        }
        for (suffix, next) in nodes[node].captures where segment.hasSuffix(suffix) {
            values.append(segment.dropLast(suffix.count))
            if let found = find(next, rest.dropFirst(), &values) { return found }
            values.removeLast()
        }
        return nil
    }
}
