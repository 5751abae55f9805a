/// What every process answers on its admin socket.
struct AdminRoutes: Sendable {
    let health: Health
    let metrics: MetricsRegistry

    func answer(method: String, path: String) -> AdminResponse {
        guard ["GET", "HEAD"].contains(method) else { return Self.text(405, "only GET and HEAD\n") }
        switch path.prefix(while: { $0 != "?" }) {
        case "/healthz":
            guard let failure = health.failure else { return Self.text(200, "ok\n") }
            return Self.text(503, "failed: \(failure)\n")
        case "/readyz":
            let reasons = health.reasons
            let list = reasons.map(JSONText.quoted).joined(separator: ",")
            return AdminResponse(
                status: reasons.isEmpty ? 200 : 503, contentType: "application/json",
                body: "{\"ready\":\(reasons.isEmpty),\"reasons\":[\(list)]}\n")
        case "/metrics":
            return AdminResponse(status: 200, contentType: ExpositionText.contentType, body: metrics.render())
        default:
            return Self.text(404, "here are /healthz, /readyz and /metrics\n")
        }
    }

    private static func text(_ status: Int, _ body: String) -> AdminResponse {
        AdminResponse(status: status, contentType: "text/plain; charset=utf-8", body: body)
    }
}
