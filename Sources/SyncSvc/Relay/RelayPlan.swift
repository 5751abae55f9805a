import Events
import Twilio

/// Decides what the project's original webhook is sent for an event, and what its answer means.
///
/// Pure. The form is rebuilt to the byte from the event's data and signed anew for the other address; of headers only
/// those that belong to it go along, never the ones of the request that came in.
struct RelayPlan: Sendable {
    /// A request to the original webhook.
    struct Post: Sendable {
        let url: String
        let headers: [(name: String, value: String)]
        let body: [UInt8]
    }

    /// What becomes of the event.
    enum Verdict: Hashable, Sendable {
        case done
        /// Again, after the group's back-off or what the receiver asks for.
        case again(after: Duration?, reason: String)
        /// Into the dead letters: sending the same again does not help.
        case refused(reason: String)
    }

    /// The receiver's Retry-After counts up to this.
    static let retryAfterCap: Duration = .seconds(300)

    private struct Entry: Sendable {
        let target: RelaySettings.Target
        let signature: WebhookSignature
        let rebuilder: WebhookRebuilder
    }

    /// By the source of the events.
    private let entries: [String: Entry]

    /// - Parameters:
    ///   - settings: Who is called.
    ///   - sides: The projects with their tokens.
    init(settings: RelaySettings, sides: BothSides<(project: String, dialect: Dialect, token: [UInt8])>) {
        var entries: [String: Entry] = [:]
        for side in Side.allCases {
            guard let target = settings.targets[side] else { continue }
            let own = sides[side]
            entries["/twilio/\(own.project)"] = Entry(
                target: target, signature: WebhookSignature(tokens: [own.token]),
                rebuilder: WebhookRebuilder(family: own.dialect == .chat ? .chat : .conversations))
        }
        self.entries = entries
    }

    var isEmpty: Bool { entries.isEmpty }

    /// The request for an event; nil: it is not relayed.
    ///
    /// - Parameters:
    ///   - event: Any event.
    ///   - attempt: Which attempt it is, from 1.
    /// - Returns: The request.
    func post(for event: Event, attempt: Int) -> Post? {
        // A replay is for looking at; what was read back by healing was never sent by the provider, and is sent now.
        guard event.replayOf == nil, let entry = entries[event.source.path],
            let form = entry.rebuilder.form(of: event.data, retryCount: max(0, attempt - 1)),
            let name = form.first("EventType"), entry.target.events.isEmpty || entry.target.events.contains(name),
            let signature = entry.signature.header(url: entry.target.url, form: form)
        else { return nil }
        let url = String(entry.target.url.prefix { $0 != "#" })
        return Post(
            url: url,
            headers: [
                ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),
                ("X-Twilio-Signature", signature), ("User-Agent", "TwilioProxy/1.1"), ("Accept", "*/*"),
                // The same for every attempt, so that the receiver can tell a repeat.
                ("I-Twilio-Idempotency-Token", event.id.text),
            ],
            body: form.encoded)
    }

    /// What an answer means.
    ///
    /// - Parameters:
    ///   - status: Its HTTP status.
    ///   - retryAfter: Its header, in seconds.
    /// - Returns: What becomes of the event.
    func verdict(status: Int, retryAfter: String?) -> Verdict {
        switch status {
        case 200..<300: return .done
        case 408, 425, 429, 500...599:
            let asked = retryAfter.flatMap { Int($0) }.map { min(.seconds(max(0, $0)), Self.retryAfterCap) }
            return .again(after: asked, reason: "relay.status_\(status)")
        // A redirect would need another signature, and 4xx says that the webhook itself is not wanted.
        default: return .refused(reason: "relay.status_\(status)")
        }
    }
}
