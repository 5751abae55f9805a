import Events
import FoundationEssentials
import Synchronization
import Testing

@testable import TwilioREST

/// Our requests and how we read answers, held against what the provider publishes.
///
/// Without the environment variable `TWILIO_OAI` (a folder with `twilio_conversations_v1.json` and so on) the test skips.
@Suite("Twilio's OpenAPI documents", .timeLimit(.minutes(5)))
struct OpenAPITests {
    static let folder = ProcessInfo.processInfo.environment["TWILIO_OAI"] ?? ""

    @Test(
        "Every request fits its document, and an answer made from the document is read",
        .enabled(if: !folder.isEmpty, "skipped: TWILIO_OAI names no folder with Twilio's OpenAPI documents"))
    func requests() async throws {
        let documents = try OpenAPIDocuments(folder: Self.folder)
        #expect(!documents.isEmpty, "no documents in \(Self.folder)")
        let transport = DocumentedTransport(documents: documents)
        await APITour(client: Fixture.client(transport)).walk { name, error in
            Issue.record("\(name): \(error)")
        }
        for complaint in transport.complaints { Issue.record("\(complaint)") }
    }

    @Test("A template fits a path piece by piece, and a written-out one is preferred")
    func templates() {
        let template = "https://a.twilio.com/v1/Users/{Sid}"
        #expect(OpenAPIDocuments.matches("https://a.twilio.com/v1/Users/US1", template) == 5)
        #expect(OpenAPIDocuments.matches("https://a.twilio.com/v1/Users/US1/x", template) == nil)
        #expect(OpenAPIDocuments.matches("https://b.twilio.com/v1/Users/US1", template) == nil)
        #expect(OpenAPIDocuments.matches("https://a/Calls/CA1.json", "https://a/Calls/{Sid}.json") == 4)
        #expect(OpenAPIDocuments.matches("https://a/Calls/CA1.json", "https://a/Calls/{Sid}") == nil)
    }
}

/// Answers each request with a sample of its document, and notes what does not fit.
private final class DocumentedTransport: TwilioTransport {
    private let documents: Mutex<OpenAPIDocuments>
    private let noted = Mutex<[String]>([])

    init(documents: OpenAPIDocuments) { self.documents = Mutex(documents) }

    var complaints: [String] { noted.withLock { $0 } }

    func send(
        _ request: TransportRequest, within timeout: Duration
    ) async throws(TransportFailure) -> TransportResponse {
        let (complaints, answer) = documents.withLock { documents -> ([String], TransportResponse?) in
            let complaints = (try? documents.complaints(about: request)) ?? ["an unreadable form"]
            return (complaints, documents.operation(of: request)?.answer)
        }
        noted.withLock { $0 += complaints }
        guard let answer else { throw TransportFailure(.invalid, wasSent: false, reason: "no document") }
        return answer
    }
}
