import Events
import HTTPTypes
import Hosting
import Hummingbird
import NIOCore
import Twilio

/// Answers what the provider asks while a call is being placed: TwiML, to signed requests only.
struct VoiceHandler: Sendable {
    enum Route: String, CaseIterable, Sendable {
        /// What a call is to do once it is answered, or which tones it is to hear.
        case begin = "/voice/twiml"
        /// What follows.
        case ended = "/voice/dial-ended"
    }

    private let signed: SignedForm
    private let instructions: VoiceInstructions
    private let places: ApiPlaces
    private let limit: Int
    private let retryAfterSeconds: Int
    private let answered: Counter
    private let refused: Counter

    init(settings: GatewaySettings, registry: MetricsRegistry) {
        signed = SignedForm(settings: settings, projects: nil)
        instructions = VoiceInstructions(publicURL: settings.publicURLText)
        limit = settings.limits.maxWebhooksInFlight
        places = ApiPlaces(all: limit, slow: 0)
        retryAfterSeconds = settings.limits.retryAfterSeconds
        func counter(_ outcome: String) -> Counter {
            registry.counter(
                "gateway.voice", help: "Requests for call instructions by what became of them.",
                labels: ["outcome": outcome])
        }
        answered = counter("answered")
        refused = counter("refused")
    }

    func answer(_ request: Request, _ route: Route, target: String) async -> Response {
        guard request.method == .post else { return Problem.methodNotAllowed("POST").response }
        do throws(Problem) {
            guard places.enter(isSlow: false) else {
                throw Problem(.tooManyInFlight(limit: limit), retryAfterSeconds: retryAfterSeconds)
            }
            defer { places.leave(isSlow: false) }
            let project = try await signed.read(request, target: target, encodings: [.form]).project
            let query = try Self.query(of: target)
            guard query["project"] == project else {
                throw Problem(.accountMismatch, retryAfterSeconds: retryAfterSeconds)
            }
            let instruction: TwiML
            do throws(VoiceInstructions.Refusal) {
                switch route {
                case .begin: instruction = try instructions.begin(query, project: project)
                case .ended: instruction = try instructions.end(query)
                }
            } catch {
                throw Problem(status: 422, code: "gateway.voice_query", detail: "\(error.name): \(error.rule)")
            }
            answered.add()
            return Self.response(instruction)
        } catch {
            refused.add()
            return error.response
        }
    }

    private static func query(of target: String) throws(Problem) -> [String: String] {
        do throws(FormError) {
            let query = try ApiCall.query(of: target)
            return Dictionary(uniqueKeysWithValues: query.members.map { ($0.name, $0.value.string ?? "") })
        } catch {
            throw Problem(status: 400, code: error.code, detail: "The query cannot be read: \(error)")
        }
    }

    private static func response(_ instruction: TwiML) -> Response {
        let body = ByteBuffer(string: instruction.document)
        return Response(
            status: .ok,
            headers: [
                .contentType: TwiML.contentType, .contentLength: String(body.readableBytes), .cacheControl: "no-store",
            ], body: ResponseBody(byteBuffer: body))
    }
}
