/// One call of a product: method, path and what answers it.
///
/// Patterns are paths below `/api/` or `/sandbox/v1/`, such as `taskrouter/v1/Workspaces/{workspace}/Tasks/{task}`. A
/// segment in braces captures; `{call}.json` captures what stands before `.json`. Literal segments win over captures.
struct RestRoute: Sendable {
    /// Reads and changes the project's world; answers at once.
    typealias Handler = @Sendable (inout World, RestRequest) throws(TwilioProblem) -> RestAnswer
    /// Either answers at once or asks a pre-event webhook first.
    typealias AskingHandler = @Sendable (inout World, RestRequest) throws(TwilioProblem) -> RestOutcome

    let method: RestMethod
    let pattern: String
    let handle: AskingHandler

    init(_ method: RestMethod, _ pattern: String, _ handle: @escaping Handler) {
        self.method = method
        self.pattern = pattern
        self.handle = { world, request throws(TwilioProblem) in .answer(try handle(&world, request)) }
    }

    init(_ method: RestMethod, asking pattern: String, _ handle: @escaping AskingHandler) {
        self.method = method
        self.pattern = pattern
        self.handle = handle
    }
}
