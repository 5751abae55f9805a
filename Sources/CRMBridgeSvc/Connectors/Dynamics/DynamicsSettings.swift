import Hosting
import Phone
import Twilio
import TwilioREST

/// How Dynamics 365 is reached: `crm.dynamics`.
///
/// Configuration keys:
/// - `organization` (text): the organisation's origin in full, `https://contoso.crm4.dynamics.com`; needed when `connector`
///   is dynamics. https, or http to this machine.
/// - `authority` (text, default `https://login.microsoftonline.com`): who gives tokens; the tenant follows.
/// - `tenant` (text): its id or domain. `client_id` (text), `client_secret` (secret, `client_secret_file`): the app
///   registration, which needs an application user with a role in the organisation.
/// - `grant` (`client_credentials` or `password`, default client_credentials): password is for moving over only, logs a
///   warning, and needs `username` and `password` (secret, `password_file`).
/// - `api_version` (text, default 9.2).
/// - `timeout_ms` (int, default 10000, range 50...30000): for one answer, to its last byte.
/// - `max_concurrency` (int, default 26, range 1...52): requests at once; Dataverse allows 52 per user.
/// - `max_response_bytes` (int, default 4194304, range 65536...67108864): of one answer.
/// - `phone_columns` (texts): where contacts have numbers; `account_phone_columns` (texts, default none): the same of
///   accounts, which are searched too then.
/// - `phone_search` (`complete` or `indexed`, default complete): complete asks for the digits however they are written, and so
///   finds all who share a number, by a scan; indexed compares whole texts first, and asks so only when nobody is found.
/// - `e164_column` (text, default none): a column of contacts with the number in E.164, which is asked first then, and filled
///   in contacts that are made.
/// - `country_column` (text, default address1_country; none: `""`): whose rules complete a contact's numbers; where it says
///   nothing, `crm.country` does.
/// - `case_columns` (texts): columns of incidents that Studio may fill beside the sample's own.
/// - `case_number_column` (text, default ticketnumber).
/// - `impersonate` (bool, default false): activities are written for the agent (`CallerObjectId`), whose worker attribute
///   `entra_object_id` says who that is.
/// - `app_url` (text): the model-driven app, for links to records: `https://…/main.aspx?appid=…`.
struct DynamicsSettings: Sendable {
    enum Grant: String, CaseIterable, Hashable, Sendable {
        case clientCredentials = "client_credentials"
        case password
    }

    enum Search: String, CaseIterable, Hashable, Sendable {
        case complete, indexed
    }

    static let phoneColumns = [
        "telephone1", "mobilephone", "telephone2", "telephone3", "address1_telephone1", "business2", "home2",
    ]
    static let caseColumns = ["prioritycode", "severitycode", "description"]

    var organization = ""
    var authority = "https://login.microsoftonline.com"
    var tenant = ""
    var clientID = ""
    var clientSecret: Secret?
    var grant = Grant.clientCredentials
    var username = ""
    var password: Secret?
    var apiVersion = "9.2"
    var timeout = Duration.seconds(10)
    var maxConcurrency = 26
    var maxResponseBytes = 4_194_304
    var phoneColumns = Self.phoneColumns
    var accountPhoneColumns: [String] = []
    var phoneSearch = Search.complete
    var e164Column: String?
    var countryColumn: String? = "address1_country"
    var caseColumns = Self.caseColumns
    var caseNumberColumn = "ticketnumber"
    var isImpersonating = false
    var appURL = ""

    init() {}

    /// Reads the section; what is wrong is recorded with the reader.
    init(_ reader: SettingsReader, isUsed: Bool) {
        organization = reader.optionalString("organization", maxBytes: 255) ?? ""
        authority = reader.string("authority", default: authority, maxBytes: 512)
        tenant = reader.optionalString("tenant", maxBytes: 255) ?? ""
        clientID = reader.optionalString("client_id", maxBytes: 128) ?? ""
        clientSecret = reader.optionalSecret("client_secret")
        grant = reader.choice("grant", default: grant)
        username = reader.optionalString("username", maxBytes: 255) ?? ""
        password = reader.optionalSecret("password")
        apiVersion = reader.string("api_version", default: apiVersion, maxBytes: 8)
        timeout = reader.duration("timeout_ms", default: timeout, in: .milliseconds(50)...(.seconds(30)))
        maxConcurrency = reader.int("max_concurrency", default: maxConcurrency, in: 1...52)
        maxResponseBytes = reader.int("max_response_bytes", default: maxResponseBytes, in: 65_536...67_108_864)
        phoneColumns = Self.columns(reader, "phone_columns", Self.phoneColumns, maxCount: 20)
        accountPhoneColumns = Self.columns(reader, "account_phone_columns", [], maxCount: 20)
        phoneSearch = reader.choice("phone_search", default: phoneSearch)
        e164Column = Self.column(reader, "e164_column", "")
        countryColumn = Self.column(reader, "country_column", "address1_country")
        caseColumns = Self.columns(reader, "case_columns", Self.caseColumns, maxCount: 64)
        caseNumberColumn = Self.column(reader, "case_number_column", caseNumberColumn) ?? caseNumberColumn
        isImpersonating = reader.bool("impersonate", default: false)
        appURL = reader.optionalString("app_url", maxBytes: 512) ?? ""
        if isUsed { check(reader) }
    }

    private static func columns(
        _ reader: SettingsReader, _ name: String, _ fallback: [String], maxCount: Int
    ) -> [String] {
        let texts = reader.strings(name, default: fallback, maxCount: maxCount)
        if !texts.allSatisfy(ODataText.isColumn) {
            reader.reject(name, because: "has an item that is no column's logical name, such as telephone1")
        }
        return texts.filter(ODataText.isColumn)
    }

    private static func column(_ reader: SettingsReader, _ name: String, _ fallback: String) -> String? {
        let text = reader.string(name, default: fallback, maxBytes: 100)
        guard !text.isEmpty else { return nil }
        if !ODataText.isColumn(text) { reader.reject(name, because: "is no column's logical name") }
        return text
    }

    private func check(_ reader: SettingsReader) {
        if !Self.isOrigin(organization) {
            reader.reject(
                "organization",
                because:
                    "must be an origin in full, https://contoso.crm4.dynamics.com, without a path or slash at its end")
        }
        let place = authority.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3)
        if !Self.isOrigin(place.joined(separator: "/")) || authority.contains(where: { "?# @".contains($0) }) {
            reader.reject("authority", because: "must be an https address, such as https://login.microsoftonline.com")
        }
        if tenant.isEmpty || !tenant.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-.".contains($0)) }) {
            reader.reject("tenant", because: "must be the tenant's id or domain")
        }
        if clientID.isEmpty { reader.reject("client_id", because: "must be the app registration's client id") }
        if phoneColumns.isEmpty { reader.reject("phone_columns", because: "must name a column at least") }
        switch grant {
        case .clientCredentials:
            if clientSecret == nil { reader.reject("client_id", because: "needs a secret: set client_secret_file") }
        case .password:
            if username.isEmpty || password == nil {
                reader.reject("grant", because: "needs username and password_file when it is password")
            }
        }
        if !apiVersion.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) {
            reader.reject("api_version", because: "must be a version, such as 9.2")
        }
        if !appURL.isEmpty, CRMRecord.web(appURL) == nil { reader.reject("app_url", because: "is no web address") }
    }

    /// https with a host and perhaps a port; http to this machine only.
    static func isOrigin(_ text: String) -> Bool {
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else { return false }
        let host = text.dropFirst(isSecure ? 8 : 7)
        guard !host.isEmpty, host.utf8.count <= 253,
            host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-.:[]".contains($0)) })
        else { return false }
        return isSecure
            || ["127.0.0.1", "localhost", "[::1]"].contains { host == $0 || host.hasPrefix($0 + ":") }
    }
}

extension DynamicsSettings {
    /// Where all targets begin.
    var base: String { "\(organization)/api/data/v\(apiVersion)/" }

    /// What asks for a token (version 2 of the endpoint).
    var tokenRequest: TransportRequest {
        var pairs = [
            ("client_id", clientID), ("scope", organization + "/.default"), ("grant_type", grant.rawValue),
        ]
        if let clientSecret { pairs.append(("client_secret", clientSecret.reveal())) }
        if grant == .password {
            pairs.append(("username", username))
            pairs.append(("password", password?.reveal() ?? ""))
        }
        return TransportRequest(
            method: .post, url: "\(authority)/\(tenant)/oauth2/v2.0/token",
            headers: [
                .init("Content-Type", "application/x-www-form-urlencoded"), .init("Accept", "application/json"),
            ], body: FormParameters(pairs).encoded, maxResponseBytes: DataverseTokens.maxResponseBytes)
    }

    /// A record's page in the app; nil without `app_url`.
    func page(_ entity: String, _ id: String) -> String? {
        guard !appURL.isEmpty else { return nil }
        return appURL + (appURL.contains("?") ? "&" : "?") + "pagetype=entityrecord&etn=\(entity)&id=\(id)"
    }

    /// How contacts are searched by a number.
    var contactSearch: PhoneSearch {
        var select = [
            "contactid", "fullname", "firstname", "lastname", "emailaddress1", "address1_city",
            "_parentcustomerid_value",
        ]
        for column in phoneColumns + [e164Column, countryColumn].compactMap({ $0 }) where !select.contains(column) {
            select.append(column)
        }
        return PhoneSearch(set: "contacts", select: select, columns: phoneColumns, e164Column: e164Column)
    }

    /// How accounts are; nil when they are not.
    var accountSearch: PhoneSearch? {
        guard !accountPhoneColumns.isEmpty else { return nil }
        var select = ["accountid", "name", "emailaddress1", "address1_city"]
        for column in accountPhoneColumns + [countryColumn].compactMap({ $0 }) where !select.contains(column) {
            select.append(column)
        }
        return PhoneSearch(set: "accounts", select: select, columns: accountPhoneColumns, e164Column: nil)
    }
}
