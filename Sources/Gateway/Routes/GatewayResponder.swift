import HTTPTypes
import Hummingbird
import NIOCore

/// Finds who answers a request: webhooks first, since nearly all requests are.
struct GatewayResponder: HTTPResponder {
    typealias Context = GatewayContext

    let routes: WebhookRoutes
    let webhooks: WebhookHandler
    let callbacks: CallbackHandler
    let availability: AvailabilityHandler
    let lookups: LookupHandler
    let voice: VoiceHandler
    let studio: StudioHandler
    let api: ApiHandler
    let sample: SampleHandler
    let files: StaticPages
    let pages: StatusPages

    func respond(to request: Request, context: GatewayContext) async throws -> Response {
        let target = request.head.path ?? "/"
        let path = Self.path(of: target)
        if let route = routes.route(for: path) {
            return await webhooks.answer(request, on: route, target: target)
        }
        if let route = LookupHandler.Route(rawValue: path) {
            return await lookups.answer(request, route, target: target)
        }
        if let callback = FrontlineCallback(rawValue: path) {
            return await callbacks.answer(request, callback, target: target)
        }
        if let route = AvailabilityHandler.Route(rawValue: path) {
            return await availability.answer(request, route, target: target)
        }
        if let route = VoiceHandler.Route(rawValue: path) {
            return await voice.answer(request, route, target: target)
        }
        if let route = StudioRoute(path: path, method: request.method, headers: request.headers) {
            return await studio.answer(request, route, target: target)
        }
        if path.hasPrefix("/v1/") {
            return await api.answer(request, context, path: path, target: target)
        }
        if let route = SampleRoute(rawValue: path) { return await sample.answer(request, route) }
        if let response = files.answer(request, path: path) { return response }
        guard let page = StatusPages.Page(rawValue: path) else { return Problem.routeUnknown.response }
        guard request.method == .get || request.method == .head else {
            return Problem.methodNotAllowed("GET, HEAD").response
        }
        var response = await pages.answer(page, request, context)
        if request.method == .head { response.body = ResponseBody() }
        return response
    }

    /// The path of a request target: everything before the query.
    static func path(of target: String) -> String {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return target }
        return String(target[..<mark])
    }
}
