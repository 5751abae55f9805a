import Hosting

/// What the configuration says about Dynamics 365, as far as `doctor dynamics` looks at it.
struct DynamicsTarget: Sendable {
    var connector = ""
    var organization = ""
    var authority = ""
    var tenant = ""
    var clientID = ""
    var clientSecret: Secret?
    var apiVersion = "9.2"
    var contactColumns: [String] = []
    var accountColumns: [String] = []
    var caseColumns: [String] = []
    var isImpersonating = false
    /// The Gateway as browsers reach it, and the organisations that it takes.
    var publicURL = ""
    var cifOrigins: [String] = []

    init() {}

    init(reader: SettingsReader) {
        let crm = reader.section("crm")
        connector = crm.string("connector", default: "builtin")
        let dynamics = crm.section("dynamics")
        organization = dynamics.optionalString("organization") ?? ""
        authority = dynamics.string("authority", default: "https://login.microsoftonline.com")
        tenant = dynamics.optionalString("tenant") ?? ""
        clientID = dynamics.optionalString("client_id") ?? ""
        clientSecret = dynamics.optionalSecret("client_secret")
        apiVersion = dynamics.string("api_version", default: "9.2")
        contactColumns = dynamics.strings(
            "phone_columns",
            default: [
                "telephone1", "mobilephone", "telephone2", "telephone3", "address1_telephone1", "business2", "home2",
            ])
        for (name, fallback) in [("e164_column", ""), ("country_column", "address1_country")] {
            let column = dynamics.string(name, default: fallback)
            if !column.isEmpty { contactColumns.append(column) }
        }
        accountColumns = dynamics.strings("account_phone_columns", default: [])
        caseColumns =
            dynamics.strings(
                "case_columns", default: ["prioritycode", "severitycode", "description", "emailaddress"])
            + [dynamics.string("case_number_column", default: "ticketnumber")]
        isImpersonating = dynamics.bool("impersonate", default: false)
        publicURL = GatewayAddress(reader: reader).publicURL
        cifOrigins = reader.section("gateway").section("panel").strings("cif_origins", default: [])
    }

    var base: String { "\(organization)/api/data/v\(apiVersion)/" }
    var channelURL: String { publicURL + "/panel/cif" }
}
