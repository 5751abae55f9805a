import Hosting
import Twilio

/// The figures of one project on one route, looked up once.
struct WebhookMetrics: Sendable {
    private let accepted: Counter
    private let duplicate: Counter
    private let conflict: Counter
    private let refused: Counter
    private let failed: Counter
    let duration: Histogram

    init(registry: MetricsRegistry, project: String, family: WebhookFamily) {
        func counter(_ outcome: String) -> Counter {
            registry.counter(
                "gateway.webhooks",
                help: "Webhooks by what became of them: on disk (accepted, duplicate, conflict), refused, failed.",
                labels: ["project": project, "family": family.rawValue, "outcome": outcome])
        }
        accepted = counter("accepted")
        duplicate = counter("duplicate")
        conflict = counter("conflict")
        refused = counter("refused")
        failed = counter("failed")
        duration = registry.histogram(
            "gateway.webhook.duration", help: "From the whole head read to the journal's answer, for webhooks on disk.",
            labels: ["family": family.rawValue])
    }

    func count(_ outcome: PublishOutcome) {
        switch outcome {
        case .accepted: accepted.add()
        case .duplicate: duplicate.add()
        case .conflict: conflict.add()
        }
    }

    func count(_ refusal: WebhookRefusal) {
        if case .publish = refusal { failed.add() } else { refused.add() }
    }
}
