import Testing

@testable import Sandbox

@Suite struct RestRouterTests {
    private let router = RestRouter([
        RestRoute(.get, "a/v1/Things/{thing}") { _, _ in .noContent },
        RestRoute(.post, "a/v1/Things/special") { _, _ in .noContent },
        RestRoute(.get, "api/Calls/{call}.json") { _, _ in .noContent },
        RestRoute(.get, "api/Calls/{call}/Events.json") { _, _ in .noContent },
    ])

    private func match(_ method: RestMethod, _ path: String) -> String {
        switch router.match(method, path.split(separator: "/")) {
        case .route(let route, let captures): route.pattern + captures.map { " \($0.name)=\($0.value)" }.joined()
        case .otherMethod: "other method"
        case .unknown: "unknown"
        }
    }

    @Test("A capture takes one segment and a literal wins over it")
    func captures() {
        #expect(match(.get, "a/v1/Things/TH1") == "a/v1/Things/{thing} thing=TH1")
        #expect(match(.post, "a/v1/Things/special") == "a/v1/Things/special")
        #expect(match(.get, "a/v1/Things/TH1/more") == "unknown")
        #expect(match(.delete, "a/v1/Things/TH1") == "other method")
    }

    @Test("A capture with a suffix gives what stands before it")
    func suffixes() {
        #expect(match(.get, "api/Calls/CA1.json") == "api/Calls/{call}.json call=CA1")
        #expect(match(.get, "api/Calls/CA1/Events.json") == "api/Calls/{call}/Events.json call=CA1")
        #expect(match(.get, "api/Calls/CA1") == "unknown")
    }
}
