import Hosting

/// What the Sandbox counts about itself.
struct SandboxMetrics: Sendable {
    let requests: Counter
    let webhooks: Counter
    let faults: Counter
    let webhooksDropped: Counter
    let timersDropped: Counter

    init(registry: MetricsRegistry) {
        requests = registry.counter("sandbox.requests", help: "REST requests, whatever came of them.")
        webhooks = registry.counter("sandbox.webhook.attempts", help: "Attempts to send a webhook.")
        faults = registry.counter("sandbox.faults", help: "Requests and webhooks that met a fault.")
        webhooksDropped = registry.counter(
            "sandbox.webhooks.dropped", help: "Webhooks never sent: sandbox.max_webhooks_waiting were waiting.")
        timersDropped = registry.counter(
            "sandbox.timers.dropped", help: "Timers never run: a world had set itself the most that it may.")
    }
}
