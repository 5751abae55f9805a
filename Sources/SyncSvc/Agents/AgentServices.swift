import Bus
import Events
import Logging
import ServiceLifecycle
import Wire

/// Everything of the agents that runs by itself: two consumer groups and the calls that are served.
struct AgentServices: Sendable {
    static let intakeGroup = "sync-agents"
    static let deskGroup = "sync-agent-desk"

    /// Agents at work at once, in each process.
    static let concurrency = 64
    /// Attempts at one event, then it goes to the dead letters.
    static let maxAttempts = 12

    let bus: BusConnection
    let intake: AgentIntake
    let desk: AgentDesk
    let availability: AvailabilityDesk
    let callbacks: CallbackDesk
    let routing: IncomingRouting

    /// What acts by itself.
    var work: [any Service] { [Work { try await intakeRun() }, Work { try await deskRun() }] }

    /// What answers calls; routing alone writes, a participant.
    var answers: [any Service] {
        [
            Work { try await bus.serve("sync.availability") { try await availability.answer($0) } },
            Work { try await serve("frontline.crm") { try await callbacks.crm($0) } },
            Work { try await serve("frontline.outgoing") { callbacks.outgoing($0) } },
            Work { try await serve("frontline.templates") { try await callbacks.templates($0) } },
            Work { try await serve("frontline.routing") { try await routing.answer($0) } },
        ]
    }

    private func intakeRun() async throws {
        try await bus.consume(
            group: Self.intakeGroup, config: Self.config(AgentDoorbell.filters.map(\.pattern)),
            options: ConsumeOptions(concurrency: Self.concurrency, runsOnConnection: true)
        ) { await intake.handle($0) }
    }

    private func deskRun() async throws {
        try await bus.consume(
            group: Self.deskGroup, config: Self.config([AgentEvent.topic.name]),
            options: ConsumeOptions(concurrency: Self.concurrency)
        ) { await desk.handle($0) }
    }

    private func serve(
        _ name: String, _ answer: @Sendable @escaping (CallbackQuestion) async throws -> CallbackReply
    ) async throws {
        try await bus.serve(name) { payload in
            guard let question = CallbackQuestion(payload) else {
                return CallbackReply.refused(400, code: "sync.question_malformed").payload
            }
            return try await answer(question).payload
        }
    }

    private static func config(_ filters: [String]) -> GroupConfig {
        var config = GroupConfig(filters: filters)
        config.maxDeliver = maxAttempts
        config.backoffMs = [200, 500, 1_000, 2_000, 5_000, 10_000]
        return config
    }

    /// One long-running piece of work as a service.
    private struct Work: Service {
        let body: @Sendable () async throws -> Void

        init(_ body: @Sendable @escaping () async throws -> Void) { self.body = body }

        func run() async throws { try await body() }
    }
}
