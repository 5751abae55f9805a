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
        case serviceLevels = "/service-levels"
    }

    let settings: GatewaySettings
    let health: Health
    let publisher: any EventPublisher
    let scraper: MetricsScraper
    let caller: any ServiceCaller

    func answer(_ page: Page, _ request: Request, _ context: GatewayContext) async -> Response {
        switch page {
        case .start:
            let page = StartPage(
                language: Self.language(request),
                version: BuildInfo.version, isConnected: publisher.availability == .connected,
                details: PeerScope(request, context) == .local ? StartPage.Details(settings) : nil)
            return Self.text(.ok, Self.html, page.html, extra: HTMLPage.headers)
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
        case .serviceLevels:
            // Agents' figures: never beyond this machine, until there are roles.
            guard PeerScope(request, context) == .local, Loopback.isHost(request.head.authority ?? "") else {
                return Problem(
                    status: 403, code: "gateway.page_private",
                    detail: "Service levels are shown to local peers only, at http://localhost or a loopback address."
                ).response
            }
            let page = await serviceLevels(request)
            return Self.text(page.isAnswered ? .ok : .serviceUnavailable, Self.html, page.html, extra: HTMLPage.headers)
        }
    }

    private static let html = "text/html; charset=utf-8"

    private static func language(_ request: Request) -> StartPageText.Language {
        StartPageText.Language(
            query: request.uri.queryParameters["lang"].map(String.init),
            acceptLanguage: request.headers[.acceptLanguage])
    }

    /// Asks SyncSvc for the report of the window that was chosen.
    private func serviceLevels(_ request: Request) async -> ServiceLevelPage {
        let window = ServiceLevelPage.Window(query: request.uri.queryParameters["hours"].map(String.init))
        let question: JSONValue = ["hours": .number(JSONNumber(window.rawValue))]
        var report: ServiceLevelFigures?
        do throws(CallFailure) {
            let answer = try await caller.call(
                ServiceLevelFigures.service, question.bytes, within: settings.callbacks.timeout)
            report = ServiceLevelFigures(answer)
        } catch {
            // The page says so.
        }
        return ServiceLevelPage(language: Self.language(request), window: window, figures: report)
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
