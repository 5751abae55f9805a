import Hosting

/// Who may ask the Sandbox's Dataverse, how full it is, and what it allows.
///
/// Configuration keys, in `sandbox.dataverse`:
/// - `tenant` (string, default `00000000-0000-4000-8000-00000000da7a`): the directory whose tokens count, a GUID.
/// - `client_id` (string, default `00000000-0000-4000-8000-0000000c11e7`), `client_secret` (secret): the application that
///   gets tokens by client credentials; without the secret nobody does.
/// - `username` (string), `password` (secret): who gets tokens by the password grant; without them nobody does.
/// - `contacts` (int, default 50000, range 0...200000): contacts it begins with. Made at the first request.
/// - `seed` (int, default 1, range 0...2^53): makes the contacts.
/// - `token_seconds` (int, default 3599, range 1...86400): how long a token counts.
/// - `requests_per_window` (int, default 6000, range 1...1000000), `window_seconds` (int, default 300, range 1...3600),
///   `execution_seconds` (int, default 1200, range 1...100000), `concurrency` (int, default 52, range 1...1000): the
///   service protection limits of each user.
struct DataverseSettings: Sendable {
    var tenant = GUID(high: 0x4000, low: 0x8000_0000_0000_DA7A)
    var clientID = GUID(high: 0x4000, low: 0x8000_0000_000C_11E7)
    var clientSecret: Secret?
    var username: String?
    var password: Secret?
    var contacts = 50_000
    var seed: UInt64 = 1
    var tokenSeconds = 3_599
    var limits = DataverseLimits.Sizes()

    static let contactRange = 0...200_000
    static let tokenRange = 1...86_400
    static let requestRange = 1...1_000_000
    static let windowRange = 1...3_600
    static let executionRange = 1...100_000
    static let concurrencyRange = 1...1_000

    init() {}

    init(reader: SettingsReader) {
        tenant = Self.guid("tenant", default: tenant, reader)
        clientID = Self.guid("client_id", default: clientID, reader)
        clientSecret = reader.optionalSecret("client_secret")
        let name = reader.optionalString("username", maxBytes: 255) ?? ""
        username = name.isEmpty ? nil : name
        password = reader.optionalSecret("password")
        contacts = reader.int("contacts", default: contacts, in: Self.contactRange)
        seed = UInt64(reader.int("seed", default: 1, in: 0...(1 << 53)))
        tokenSeconds = reader.int("token_seconds", default: tokenSeconds, in: Self.tokenRange)
        limits.requests = reader.int("requests_per_window", default: limits.requests, in: Self.requestRange)
        limits.window = .seconds(reader.int("window_seconds", default: 300, in: Self.windowRange))
        limits.execution = .seconds(reader.int("execution_seconds", default: 1_200, in: Self.executionRange))
        limits.concurrency = reader.int("concurrency", default: limits.concurrency, in: Self.concurrencyRange)
        if (username == nil) != (password == nil) {
            reader.reject("username", because: "username and password go together.")
        }
    }

    private static func guid(_ key: String, default usual: GUID, _ reader: SettingsReader) -> GUID {
        let text = reader.string(key, default: usual.text, maxBytes: 64)
        guard let guid = GUID(text) else {
            reader.reject(key, because: "it must be a GUID.")
            return usual
        }
        return guid
    }
}
