import Events
import HTTPTypes
import Hosting
import Hummingbird
import NIOCore

/// The pages about the Gateway itself: start page, health, readiness, metrics.
struct StatusPages: Sendable {
    enum Page: String, Sendable {
        case start = "/"
        case health = "/healthz"
        case readiness = "/readyz"
        case metrics = "/metrics"
    }

    let settings: GatewaySettings
    let health: Health
    let publisher: any EventPublisher
    let scraper: MetricsScraper

    func answer(_ page: Page, _ request: Request, _ context: GatewayContext) async -> Response {
        switch page {
        case .start:
            let page = StartPage(
                language: StartPageText.Language(
                    query: request.uri.queryParameters["lang"].map(String.init),
                    acceptLanguage: request.headers[.acceptLanguage]),
                version: BuildInfo.version, isConnected: publisher.availability == .connected,
                details: PeerScope(request, context) == .local ? StartPage.Details(settings) : nil)
            return Self.text(.ok, "text/html; charset=utf-8", page.html, extra: StartPage.headers)
        case .health:
            guard let failure = health.failure else { return Self.text(.ok, "text/plain; charset=utf-8", "ok\n") }
            return Self.text(.serviceUnavailable, "text/plain; charset=utf-8", "failed: \(failure)\n")
        case .readiness: return readiness()
        case .metrics:
            guard settings.isMetricsPublic || PeerScope(request, context) == .local else {
                return Problem(
                    status: 403, code: "gateway.metrics_private",
                    detail: "Metrics are for local peers, unless gateway.metrics_public is true."
                ).response
            }
            return Self.text(.ok, ExpositionText.contentType, await scraper.scrape())
        }
    }

    private func readiness() -> Response {
        let reasons = health.reasons
        let body = JSONValue.object(
            JSONObject([
                ("ready", .bool(reasons.isEmpty)), ("reasons", .array(reasons.map { .string($0) })),
            ]))
        return Self.text(
            reasons.isEmpty ? .ok : .serviceUnavailable, "application/json",
            String(decoding: body.bytes, as: UTF8.self) + "\n")
    }

    private static func text(
        _ status: HTTPResponse.Status, _ contentType: String, _ body: String, extra: HTTPFields = [:]
    ) -> Response {
        var fields: HTTPFields = [
            .contentType: contentType, .contentLength: String(body.utf8.count), .cacheControl: "no-store",
        ]
        fields.append(contentsOf: extra)
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}
