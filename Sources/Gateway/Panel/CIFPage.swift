/// The agent's panel as a channel of Dynamics 365: the same page as `/panel/`, with a policy of its own.
///
/// Only this page may load a script from elsewhere, the organisation's `msdyn_ciLibrary.js`, and only an organisation's
/// page may frame it. Organisations are those of `gateway.panel.cif_origins`; without one the page runs by itself.
enum CIFPage {
    /// Without a slash at the end: the page's relative addresses are those of `/panel/`.
    static let path = "/panel/cif"
    static let file = "panel/index.html"

    /// The page's Content-Security-Policy.
    ///
    /// - Parameters:
    ///   - development: The origin that the sign-in page may ask too.
    ///   - origins: The organisations.
    /// - Returns: Everything from here; scripts from the organisations too; framing by them and by nobody else.
    static func policy(development: String?, origins: [WebOrigin]) -> String {
        let sources = (["'self'"] + origins.map(\.text)).joined(separator: " ")
        return "default-src 'self'; script-src \(sources); img-src 'self' data:; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors \(sources); object-src 'none'"
            + (development.map { "; connect-src 'self' \($0)" } ?? "")
    }
}
