/// The words of the start page in one language; the compiler sees to it that none is missing.
struct StartPageText: Sendable {
    enum Language: String, CaseIterable, Sendable {
        case english = "en"
        case spanish = "es"

        /// The language asked for by `?lang=`, else the first of `Accept-Language` that there is, else English.
        init(query: String?, acceptLanguage: String?) {
            let accepted = (acceptLanguage ?? "").split(separator: ",").map { $0.filter { $0 != " " }.prefix(2) }
            let wanted = [query ?? ""] + accepted.map { $0.lowercased() }
            self = wanted.lazy.compactMap(Language.init).first ?? .english
        }

        var text: StartPageText {
            switch self {
            case .english: .english
            case .spanish: .spanish
            }
        }
    }

    let tagline: String
    let busConnected: String
    let busAway: String
    let webhooks: String
    let noProjects: String
    let aliases: String
    let pages: String
    let console: String
    let next: String
    let watch: String
    let trigger: String
    let consume: String
    let private_: String
    let otherLanguage: (code: String, name: String)

    static let english = StartPageText(
        tagline: "The integration bus of this contact centre",
        busConnected: "Bus connected", busAway: "Bus away",
        webhooks: "Webhook addresses", noProjects: "No project is configured yet: see gateway.projects.",
        aliases: "Also taken, by account:", pages: "Pages",
        console: "Extension directory: the supervisors' console", next: "Try next",
        watch: "Watch what happens", trigger: "Send a signed test webhook", consume: "Run a program for every event",
        private_: "Addresses and commands are shown on this machine only.", otherLanguage: ("es", "Español"))

    static let spanish = StartPageText(
        tagline: "El bus de integración de este centro de contacto",
        busConnected: "Bus conectado", busAway: "Bus ausente",
        webhooks: "Direcciones de webhook",
        noProjects: "Aún no hay ningún proyecto configurado: véase gateway.projects.",
        aliases: "También se aceptan, según la cuenta:", pages: "Páginas",
        console: "Directorio de extensiones: la consola de supervisión", next: "Siguientes pasos",
        watch: "Ver lo que ocurre", trigger: "Enviar un webhook de prueba firmado",
        consume: "Ejecutar un programa por cada evento",
        private_: "Las direcciones y los comandos solo se muestran en esta máquina.", otherLanguage: ("en", "English"))
}
