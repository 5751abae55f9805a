import Events
import Hosting

/// One messaging project whose webhooks the Gateway takes.
///
/// Configuration keys, in `gateway.projects.<name>`; the name is part of the webhook URLs:
/// - `account_sid` (string, required): the account that the project's webhooks must name.
/// - `auth_token` (secret, required): checks their signatures.
/// - `auth_token_secondary` (secret): a second token that is also taken, for the time of a rotation.
/// - `aliases` (list, default all): which of the samples' paths bring this project's webhooks; see ``WebhookAlias``.
struct ProjectSettings: Sendable {
    /// Letters, digits, `-` and `_` only: it is a path segment and a part of event sources.
    static let maxNameBytes = 64

    let name: String
    let accountSID: String
    let authTokens: [Secret]
    let aliases: Set<WebhookAlias>

    /// Reads one project; `projects` is the reader of the section around it.
    init(name: String, reader: SettingsReader, projects: SettingsReader) {
        self.name = name
        accountSID = reader.string("account_sid", maxBytes: 64)
        authTokens = [reader.secret("auth_token")] + [reader.optionalSecret("auth_token_secondary")].compactMap { $0 }
        let paths = reader.strings("aliases", default: WebhookAlias.allCases.map(\.rawValue))
        aliases = Set(paths.compactMap(WebhookAlias.init))

        if !accountSID.isEmpty, (try? AccountSID(accountSID)) == nil {
            reader.reject("account_sid", because: "it must be 'AC' and 32 hexadecimal digits.")
        }
        if let unknown = paths.first(where: { WebhookAlias(rawValue: $0) == nil }) {
            let known = WebhookAlias.allCases.map(\.rawValue).joined(separator: ", ")
            reader.reject("aliases", because: "'\(unknown.prefix(64))' is none of \(known).")
        }
        if name.isEmpty || name.utf8.count > Self.maxNameBytes || !name.utf8.allSatisfy(Self.isNameByte) {
            let rule = "a project's name has 1 to \(Self.maxNameBytes) letters, digits, '-' or '_'."
            projects.reject(name, because: rule)
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
