import Events

/// What stands in for Dynamics: its page, and the Dataverse behind it.
extension SandboxCore {
    /// `/dynamics-settings.js`: what its page needs of the Gateway, as a module.
    ///
    /// `panelOrigin` is the origin of the agent's panel, null when nothing says where the Gateway is.
    func dynamicsSettings() -> RestAnswer {
        let origin = settings.panelURL.map { "\"\($0)\"" } ?? "null"
        let script = "export const panelOrigin = \(origin);\n"
        var answer = RestAnswer(status: 200, body: Array(script.utf8), contentType: "text/javascript; charset=utf-8")
        answer.headers = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        return answer
    }
}
