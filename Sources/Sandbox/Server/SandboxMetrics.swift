import Hosting

/// What the Sandbox counts about itself.
struct SandboxMetrics: Sendable {
    let requests: Counter
    let webhooks: Counter
    let faults: Counter

    init(registry: MetricsRegistry) {
        requests = registry.counter("sandbox.requests", help: "REST requests, whatever came of them.")
        webhooks = registry.counter("sandbox.webhook.attempts", help: "Attempts to send a webhook.")
        faults = registry.counter("sandbox.faults", help: "Requests and webhooks that met a fault.")
    }
}
