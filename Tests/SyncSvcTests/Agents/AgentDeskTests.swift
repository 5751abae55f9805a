import Bus
import Events
import Logging
import Synchronization
import TestSupport
import Testing
import TwilioREST
import Wire

@testable import SyncSvc

@Suite("An agent's desk", .timeLimit(.minutes(1)))
struct AgentDeskTests {
    /// A desk with its world, a clock that a test moves, and the Broker's part of the handling.
    final class Scene: Sendable {
        let agents: FakeAgents
        let store = FakeStore()
        let clock: Mutex<Timestamp>
        let settings: AgentSettings

        init(_ settings: AgentSettings = AgentSettings(), isAvailable: Bool = false) {
            var state = FakeAgents.State()
            let activity = isAvailable ? "Available" : "Offline"
            for side in Side.allCases {
                state.workers[side] = [
                    "ana": AgentWorker(sid: "WK\(side)", activity: activity, isAvailable: isAvailable)
                ]
            }
            state.reservations = ["WR1": PromptOutcome?.none, "WR2": PromptOutcome?.none]
            agents = FakeAgents(state)
            clock = Mutex(PromptDeskTests.noon)
            self.settings = settings
        }

        var now: Timestamp { clock.withLock { $0 } }

        func pass(_ duration: Duration) { clock.withLock { $0 = $0.advanced(by: duration) } }

        /// Delivers an event until it is settled, as the Broker would; each time with a new desk.
        func deliver(_ kind: AgentEvent.Kind, cause: String, expires: Timestamp? = nil) async throws -> [String] {
            let event = try AgentEvent(agent: "ana", kind: kind).event(cause: cause, expires: expires)
            for attempt in 1...20 {
                let delivery = Delivery(
                    offset: 1, attempt: attempt, topic: event.topic.name, key: "ana", eventID: event.recordID,
                    document: try CloudEventJSON.encode(event))
                let desk = AgentDesk(
                    settings: settings, provider: agents, store: store, writeHorizon: .seconds(17),
                    logger: Logger(label: "test"), now: { [self] in now })
                switch await desk.handle(delivery) {
                case .ack: return []
                case .transaction(let publishes, let writes):
                    try store.apply(writes)
                    return publishes.map(\.topic)
                case .nak(let delay, _): pass(delay ?? .milliseconds(500))
                case .term(let reason): throw Unsettled(reason: reason)
                }
            }
            throw Unsettled(reason: "no end")
        }

        func reserve(_ name: String, voice: Bool = false) async throws -> [String] {
            let prompt = Prompt(
                reservation: name, task: "WT1", worker: "WKflex", channel: voice ? .voice : .chat,
                expires: now.advanced(by: .seconds(120)))
            return try await deliver(.reserved(prompt, flexName: "ana"), cause: "EV\(name)", expires: prompt.expires)
        }

        func reply(_ command: PromptCommand, message: String = "IM1") async throws -> [String] {
            let index = agents.now.messages.count
            agents.change { $0.messages.append((message, "")) }
            let reply = PromptDesk.Reply(message: message, index: index, command: command)
            return try await deliver(.reply(reply, conversation: "CHsystem"), cause: message)
        }
    }

    struct Unsettled: Error {
        let reason: String
    }

    @Test("An agent is asked about a reservation, and 1 accepts it, 2 declines it")
    func askAndAnswer() async throws {
        let scene = Scene()
        #expect(try await scene.reserve("WR1") == ["agent.notified"])
        #expect(scene.agents.now.messages.map(\.tag) == ["ask:WR1"])
        _ = try await scene.reply(.accept)
        #expect(scene.agents.now.accepted == ["WR1"])
        _ = try await scene.reserve("WR2", voice: true)
        #expect(scene.agents.now.messages.last?.text == NoticeText(language: .en).question(.voice))
        _ = try await scene.reply(.decline, message: "IM2")
        #expect(scene.agents.now.declined == ["WR2"])
    }

    @Test("An answer in any other conversation than the agent's present one does nothing")
    func otherConversation() async throws {
        let scene = Scene()
        _ = try await scene.reserve("WR1")
        let reply = PromptDesk.Reply(message: "IM9", index: 9, command: .accept)
        _ = try await scene.deliver(.reply(reply, conversation: "CHother"), cause: "IM9")
        #expect(scene.agents.now.accepted.isEmpty)
    }

    @Test("A reservation that ended before it was handled is not asked about; nor one that comes too late")
    func stale() async throws {
        let scene = Scene()
        scene.agents.change { $0.reservations["WR1"] = .some(.gone) }
        _ = try await scene.reserve("WR1")
        let prompt = PromptDeskTests.prompt("WR2")
        scene.pass(.seconds(3_600))
        _ = try await scene.deliver(.reserved(prompt, flexName: "ana"), cause: "EV2", expires: prompt.expires)
        #expect(scene.agents.now.messages.isEmpty)
    }

    @Test("Auto-accept takes it for one who is there, and asks one who is not")
    func autoAccept() async throws {
        var settings = AgentSettings()
        settings.autoAccept = AutoAcceptGuard(isOn: true, maxOpen: 1)
        let there = Scene(settings, isAvailable: true)
        _ = try await there.reserve("WR1")
        #expect(there.agents.now.accepted == ["WR1"] && there.agents.now.messages.isEmpty)
        _ = try await there.reserve("WR2")
        #expect(there.agents.now.accepted == ["WR1"] && there.agents.now.messages.map(\.tag) == ["ask:WR2"])
        let away = Scene(settings, isAvailable: false)
        _ = try await away.reserve("WR1")
        #expect(away.agents.now.accepted.isEmpty && away.agents.now.messages.map(\.tag) == ["ask:WR1"])
    }

    @Test("Nudges keep their distance")
    func nudge() async throws {
        let scene = Scene()
        for minute in 0..<7 {
            _ = try await scene.deliver(.nudge, cause: "n\(minute)")
            scene.pass(.seconds(60))
        }
        #expect(scene.agents.now.messages.count == 2)
    }

    @Test("An activity goes to the other side with the app's availability, and its echo goes nowhere")
    func activity() async throws {
        let scene = Scene()
        let change = ActivitySync.Change(side: .flex, activity: "Available", at: scene.now)
        _ = try await scene.deliver(.activity(change, worker: "WKflex"), cause: "EV1")
        #expect(scene.agents.now.activityWrites == [.init(side: .frontline, activity: "Available")])
        #expect(scene.agents.now.appAvailability == true)
        let echo = ActivitySync.Change(
            side: .frontline, activity: "Available", at: scene.now.advanced(by: .milliseconds(5)))
        _ = try await scene.deliver(.activity(echo, worker: "WKfrontline"), cause: "EV2")
        #expect(scene.agents.now.activityWrites.count == 1)
    }

    @Test("However writes fail and are repeated, each question is asked once and each answer carried out once")
    func faults() async throws {
        for seed in 1...150 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            var settings = AgentSettings()
            settings.autoAccept = AutoAcceptGuard(isOn: random.oneIn(3), maxOpen: 1)
            let scene = Scene(settings, isAvailable: true)
            scene.agents.change { state in
                state.faults = (0..<12).map { _ in
                    random.oneIn(2) ? nil : random.oneIn(2) ? FakeAgents.Fault.before : .after
                }
            }
            _ = try await scene.reserve("WR1")
            _ = try await scene.reserve("WR2")
            // Within the reservations' time, for the faults have taken theirs.
            scene.clock.withLock { $0 = PromptDeskTests.noon.advanced(by: .seconds(60)) }
            if !settings.autoAccept.isOn {
                _ = try await scene.reply(.accept, message: "IM1")
                scene.clock.withLock { $0 = PromptDeskTests.noon.advanced(by: .seconds(61)) }
                _ = try await scene.reply(.accept, message: "IM1")
            }
            _ = try await scene.deliver(.nudge, cause: "n")
            let tags = scene.agents.now.messages.map(\.tag).filter { $0 != "IM1" }
            #expect(Set(tags).count == tags.count, "seed \(seed): \(tags)")
            #expect(scene.agents.now.accepted == ["WR1"], "seed \(seed): \(scene.agents.now.accepted)")
        }
    }
}
