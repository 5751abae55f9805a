import Events
import Hosting
import NIOCore
import NIOHTTP1

/// The CRM below `/crm/v1/`, with its own faults, and what its page needs of the Gateway.
extension SandboxCore {
    static let crmRoot = "/crm/v1/"

    /// A request of a service, which brings the token; the CRM is that of the first project.
    func serveCRM(_ raw: RawRequest, _ exchange: any Exchange) {
        let requestID = nextRequestID()
        let given = raw.head.headers.first(name: "Authorization")
        guard !seats.isEmpty, let token = settings.crmToken, given == "Bearer \(token.reveal())" else {
            let answer = TwilioProblem(status: 401, code: 20003, "A bearer token is needed: sandbox.crm_token").answer
            return exchange.answer(Self.crmAnswer(answer), requestID: requestID)
        }
        var turn = Turn(
            raw: raw, exchange: exchange, project: 0, generation: seats[0].generation, requestID: requestID,
            started: .now())
        turn.isCRM = true
        inFlight += 1
        if let method = RestMethod(rawValue: raw.head.method.rawValue) {
            turn.fault = faults.decide(
                project: FaultPlan.crm, product: FaultPlan.crm, method: method,
                path: raw.path.dropFirst(Self.crmRoot.count - 1), now: WallClock.now())
        }
        begin(turn)
    }

    /// An answer in the CRM's words: what went wrong is `{"error":{"code","message"}}`.
    static func crmAnswer(_ answer: RestAnswer) -> RestAnswer {
        guard answer.status >= 400 else { return answer }
        let message = (try? JSONValue(parsing: answer.body))?["message"]?.string ?? ""
        let code: StaticString =
            switch answer.status {
            case 400: "invalid"
            case 401, 403: "unauthorized"
            case 404, 405: "not_found"
            case 409, 412: "conflict"
            case 429: "rate_limited"
            default: "unavailable"
            }
        var translated = RestAnswer.object(answer.status) { json in
            json.object("error") { error in
                error.text("code", "\(code)")
                error.text("message", message)
            }
        }
        translated.headers = answer.headers
        return translated
    }

    /// `/crm-panel.js`: mounts the panel from the Gateway's origin into the CRM's page.
    func panelScript() -> RestAnswer? {
        guard let panel = settings.panelURL else { return nil }
        let script = """
            import { mountPanel } from "\(panel)/bridge/ccbridge-host.js";
            import { attachPanel, claimPanel, pageIsReady, panelLooks, panelOptions } from "/web/js/crm/bridge.js";

            await pageIsReady;
            if (claimPanel()) {
              const own = { element: "#patchbay-panel", panel: "\(panel)" };
              attachPanel(mountPanel({ ...own, ...panelLooks(), ...panelOptions }));
            }

            """
        var answer = RestAnswer(status: 200, body: Array(script.utf8), contentType: "text/javascript; charset=utf-8")
        answer.headers = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        return answer
    }
}
