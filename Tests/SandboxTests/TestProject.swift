import Events
import Hosting
import Testing
import Twilio

@testable import Sandbox

/// A world with nothing around it: requests go straight to the routes, time moves when told.
struct TestProject {
    static let start = Timestamp(unixNanoseconds: 1_795_220_000_000_000_000)

    var world: World
    private var clock = Self.start
    private static let products = RestRouter(SandboxRoutes.products)
    private static let control = RestRouter(SandboxRoutes.control)
    static let crm = RestRouter(CRMRoutes.service)
    /// What happened since the last look.
    private(set) var changes: [Change] = []
    private(set) var webhooks: [Webhook] = []

    init(seed: UInt64 = 1, _ configure: (inout SandboxProject) -> Void = { _ in }) {
        var project = SandboxProject(
            name: "flex", accountSID: "AC" + String(repeating: "1", count: 32), authToken: Secret("token"))
        configure(&project)
        world = World(project: project, seed: seed, now: clock)
        _ = world.takeEffects()
    }

    mutating func get(_ path: String, _ query: [(String, String)] = []) throws -> JSONValue {
        try json(perform(.get, path, query: query))
    }

    mutating func post(_ path: String, _ form: [(String, String)] = [], echoes: Bool = false) throws -> JSONValue {
        try json(perform(.post, path, form: form, echoes: echoes))
    }

    @discardableResult
    mutating func delete(_ path: String) throws -> Int {
        try perform(.delete, path).status
    }

    /// Does what a person does by `/sandbox/v1/…`.
    @discardableResult
    mutating func act(_ path: String, _ form: [(String, String)] = []) throws -> JSONValue {
        try json(perform(.post, path, form: form, echoes: true, router: Self.control))
    }

    /// Performs any request and takes its effects.
    mutating func perform(
        _ method: RestMethod, _ path: String, query: [(String, String)] = [], form: [(String, String)] = [],
        body: [UInt8] = [], contentType: String = "", ifMatch: String? = nil, echoes: Bool = false,
        reply: PreEventReply = .unmodified, router: RestRouter? = nil
    ) throws(TwilioProblem) -> RestAnswer {
        let segments = SandboxCore.segments(path[...])
        guard case .route(let route, let captures) = (router ?? Self.products).match(method, segments) else {
            throw .notFound(path)
        }
        var request = RestRequest(
            method: method, path: "/api/\(path)", query: FormParameters(query), form: FormParameters(form))
        request.captures = captures
        request.body = body
        request.contentType = contentType
        request.ifMatch = ifMatch
        request.echoesWebhooks = echoes
        request.baseURL = "http://sandbox/api/\(segments.first ?? "")"
        world.set(clock: clock)
        defer { take() }
        switch try route.handle(&world, request) {
        case .answer(let answer): return answer
        case .ask(let webhook, let resume):
            webhooks.append(webhook)
            return try resume(&world, reply)
        }
    }

    /// Lets time pass; timers run at their moments.
    mutating func advance(by duration: Duration) {
        let end = clock.advanced(by: duration)
        while let next = world.nextTimer, next <= end {
            clock = next
            world.set(clock: clock)
            _ = world.runTimers()
        }
        clock = end
        world.set(clock: clock)
        take()
    }

    /// Forgets what happened so far.
    mutating func forget() {
        changes = []
        webhooks = []
    }

    private mutating func take() {
        let effects = world.takeEffects()
        changes += effects.changes
        webhooks += effects.webhooks
    }

    private func json(_ answer: RestAnswer) throws -> JSONValue {
        answer.body.isEmpty ? .null : try JSONValue(parsing: answer.body)
    }
}
