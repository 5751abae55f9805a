import Events
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Answers `POST /v1/dials`: asks for a call by an event, now or never.
///
/// What becomes of it comes on the event stream. An error is no reason to try again by oneself: none has a Retry-After but
/// that an agent clicks too often.
final class DialHandler: Sendable {
    private let publisher: any PromptPublisher
    private let expiry: Duration
    private let now: @Sendable () -> Timestamp
    private let perMinute: Int
    private let rate: Mutex<CallRate>

    init(publisher: any PromptPublisher, settings: PanelSettings, now: @escaping @Sendable () -> Timestamp) {
        self.publisher = publisher
        self.now = now
        expiry = settings.dialExpiry
        perMinute = settings.dialsPerMinute
        rate = Mutex(CallRate(perMinute: settings.dialsPerMinute))
    }

    /// - Parameters:
    ///   - body: The request's body.
    ///   - principal: Who clicked.
    /// - Returns: 202 with the dial's id.
    /// - Throws: ``Problem``.
    func answer(_ body: ByteBuffer?, _ principal: Principal) async throws(Problem) -> Response {
        guard rate.withLock({ $0.take(principal.subject, now: .now) }) else {
            throw Problem(
                status: 429, code: "gateway.dial_rate",
                detail: "One agent may ask for \(perMinute) calls in a minute; this one is not placed, now or later.",
                retryAfterSeconds: max(1, (60 + perMinute - 1) / perMinute))
        }
        let dial: Dial
        do throws(Dial.Refusal) {
            dial = try Dial(body: body?.readableBytesView ?? ByteBuffer().readableBytesView, agent: principal.subject)
        } catch {
            throw Problem(error)
        }
        let outcome: PromptOutcome
        do {
            let moment = now()
            let event = try dial.event(at: moment, expires: moment.advanced(by: expiry))
            outcome = try await publisher.publishNow(event)
        } catch let failure as PublishFailure {
            throw Problem(dial: failure, expiry: expiry)
        } catch {
            throw Problem(status: 422, code: "gateway.dial_invalid", detail: "The dial cannot be written: \(error)")
        }
        guard case .other(let document) = outcome else { return Self.accepted(dial, isRepeat: false) }
        // The moment of a repeat is another one, so its document is too; what is asked for must be the same.
        guard (try? JSONValue(parsing: document))?["data"] == .object(dial.data) else {
            throw Problem(
                status: 409, code: "gateway.nonce_reused",
                detail: "This nonce belongs to another dial, which stands; every click has a nonce of its own.")
        }
        return Self.accepted(dial, isRepeat: true)
    }

    private static func accepted(_ dial: Dial, isRepeat: Bool) -> Response {
        var object = JSONObject([("dialId", .string(dial.id))])
        if isRepeat { object["duplicate"] = true }
        return ApiHandler.json(.object(object), status: .accepted)
    }
}

extension Problem {
    init(_ refusal: Dial.Refusal) {
        switch refusal {
        case .malformed:
            self.init(status: 400, code: "gateway.json_malformed", detail: "The body must be a JSON object.")
        case .field(let name, let rule):
            self.init(status: 422, code: "gateway.dial_invalid", detail: "\(name): \(rule)")
        }
    }

    /// What an agent is told whose click was not taken.
    init(dial failure: PublishFailure, expiry: Duration) {
        let detail =
            switch failure {
            case .unavailable:
                "The bus cannot be reached: no call is placed, now or later."
            case .timedOut:
                "It is not known whether the request was taken. If it was, the call is placed within "
                    + "\(expiry.components.seconds) s and the event stream says so, or it never is; the same nonce "
                    + "again is the same dial."
            case .refused, .rejected: "\(failure)"
            }
        let code = if case .timedOut = failure { "gateway.dial_unknown" } else { failure.code }
        self.init(status: failure.isRetryable ? 503 : 500, code: code, detail: detail)
    }
}
