import Events
import Synchronization
import Testing
import TwilioREST

@testable import SyncSvc

@Suite("Incoming conversations of the app get a worker")
struct IncomingRoutingTests {
    static let conversation = "CH" + String(repeating: "c", count: 32)

    /// The app's project in memory.
    final class Source: RoutingSource {
        let present: Mutex<[ProjectParticipant]?>
        let known: [String]
        let available: [String]

        init(_ present: [ProjectParticipant]?, known: [String] = [], available: [String] = []) {
            self.present = Mutex(present)
            self.known = known
            self.available = available
        }

        func participants(in conversation: ConversationSID) async throws(TwilioError) -> [ProjectParticipant]? {
            present.withLock { $0 }
        }

        func agents(of address: String, besides: ConversationSID) async throws(TwilioError) -> [String] {
            address == "+34600000001" ? known : []
        }

        func availableWorkers() async throws(TwilioError) -> [String] { available }

        func add(_ worker: String, to conversation: ConversationSID) async throws(TwilioError) {
            present.withLock { $0?.append(ProjectParticipant(sid: "MB2", identity: worker, attributes: JSONObject())) }
        }

        var workers: [String] { present.withLock { $0?.compactMap(\.identity) ?? [] } }
    }

    static let customer = ProjectParticipant(
        sid: "MB1", binding: ProjectParticipant.Binding(type: "sms", address: "+34600000001"), attributes: JSONObject())

    static func route(_ source: Source, fallback: String = "", of sid: String = conversation) async throws -> Int {
        let question: JSONValue = ["location": "", "parameters": ["ConversationSid": .string(sid)]]
        let routing = IncomingRouting(source: source, fallback: fallback)
        return try await routing.answer(try #require(CallbackQuestion(question.bytes))).status
    }

    @Test("Who talked with the customer last comes first, if he is there; then who is there for longest")
    func choice() {
        typealias Candidates = IncomingRouting.Candidates
        func choose(_ known: [String], _ available: [String], _ fallback: String = "eva") -> String? {
            IncomingRouting.choose(Candidates(known: known, available: available, fallback: fallback))
        }
        #expect(choose(["ana", "bo"], ["bo", "ana"]) == "ana")
        #expect(choose(["ana", "bo"], ["cy", "bo"]) == "bo")
        #expect(choose(["ana"], ["cy"]) == "cy")
        #expect(choose(["ana"], []) == "ana")
        #expect(choose([], []) == "eva")
        #expect(choose([], [], "") == nil)
    }

    @Test("The worker is added once, however often the callback comes")
    func once() async throws {
        let source = Source([Self.customer], known: ["bo"], available: ["ana", "bo"])
        for _ in 0..<3 { #expect(try await Self.route(source) == 200) }
        #expect(source.workers == ["bo"])
    }

    @Test("Without anybody it waits; what is no conversation is refused")
    func nobody() async throws {
        let source = Source([Self.customer])
        #expect(try await Self.route(source) == 200)
        #expect(source.workers == [])
        #expect(try await Self.route(Source(nil)) == 404)
        #expect(try await Self.route(source, of: "nonsense") == 422)
    }
}
