import Events

/// What is wrong between Patchbay and Dynamics 365, and what to do about it, from what was seen.
enum DynamicsCheck {
    static func findings(_ target: DynamicsTarget, _ facts: DynamicsFacts) -> [Finding] {
        connection(target, facts) + columns(target, facts) + privileges(facts) + page(target, facts.page)
            + origins(target) + provider(target, facts.providers)
    }

    private static func ok(_ text: String) -> Finding { Finding(level: .ok, text: text) }

    private static func problem(_ text: String, _ remedy: String) -> Finding {
        Finding(level: .problem, text: text, remedy: remedy)
    }

    private static func warning(_ text: String, _ remedy: String) -> Finding {
        Finding(level: .warning, text: text, remedy: remedy)
    }

    // MARK: Connection

    private static func connection(_ target: DynamicsTarget, _ facts: DynamicsFacts) -> [Finding] {
        var findings: [Finding] = []
        if target.connector != "dynamics" {
            findings.append(
                warning(
                    "crm.connector is '\(target.connector)': nothing is looked up in Dynamics.",
                    "Set crm.connector: dynamics."))
        }
        switch facts.token {
        case .nothing(let reason):
            findings.append(
                problem(
                    "\(target.authority) does not answer: \(reason).",
                    "Does a firewall or proxy stand between? Is crm.dynamics.authority right?"))
        case .status(200, _): findings.append(ok("The authority gives a token to \(target.clientID)."))
        case .status(let status, let body):
            findings.append(
                problem(
                    "The authority gives no token (\(status), \(word(body["error"]?.string))).", remedy(of: body)))
        }
        guard let whoAmI = facts.whoAmI else { return findings }
        switch whoAmI {
        case .nothing(let reason):
            findings.append(
                problem(
                    "\(target.organization) does not answer: \(reason).",
                    "Is crm.dynamics.organization the organisation's origin in full, with its region?"))
        case .status(200, _): findings.append(ok("\(target.organization) knows us (WhoAmI)."))
        case .status(401, _), .status(403, _):
            findings.append(
                problem(
                    "The organisation takes the token of nobody it knows.",
                    "Add an application user for \(target.clientID) in the environment and give it a security role."))
        case .status(let status, _):
            findings.append(
                problem(
                    "WhoAmI answers \(status).", "Is crm.dynamics.organization an organisation, and api_version right?")
            )
        }
        return findings
    }

    private static func remedy(of body: JSONValue) -> String {
        switch body["error"]?.string {
        case "invalid_client": "Is the client secret right and not expired, and client_id the application's id?"
        case "unauthorized_client": "Is client_id registered in the tenant of crm.dynamics.tenant?"
        case "invalid_resource", "invalid_scope": "Is crm.dynamics.organization the organisation's origin in full?"
        case "invalid_request", "invalid_grant": "Is crm.dynamics.tenant the tenant's id or domain?"
        default: "The authority's sign-in log says more."
        }
    }

    /// A word of the authority's, and nothing else.
    private static func word(_ text: String?) -> String {
        let word = (text ?? "").prefix { $0.isASCII && ($0.isLetter || $0 == "_") }
        return word.isEmpty ? "no reason given" : String(word.prefix(64))
    }

    // MARK: What may be read

    private static func columns(_ target: DynamicsTarget, _ facts: DynamicsFacts) -> [Finding] {
        guard facts.whoAmI?.status == 200 else { return [] }
        guard let known = facts.columns else {
            return [warning("The organisation's $metadata cannot be read; no column was checked.", "Try again.")]
        }
        var findings: [Finding] = []
        for (table, columns, key) in [
            ("contact", target.contactColumns, "phone_columns, e164_column or country_column"),
            ("account", target.accountColumns, "account_phone_columns"),
            ("incident", target.caseColumns, "case_columns or case_number_column"),
        ] where !columns.isEmpty {
            let absent = columns.filter { !(known[table] ?? []).contains($0) }
            findings.append(
                absent.isEmpty
                    ? ok("\(columns.count) configured columns of \(table) are there.")
                    : problem(
                        "\(table) has no column \(absent.joined(separator: ", ")).",
                        "Correct crm.dynamics.\(key): use logical names. One absent column fails every search."))
        }
        return findings
    }

    private static func privileges(_ facts: DynamicsFacts) -> [Finding] {
        facts.reads.map { read in
            switch read.reply {
            case .status(200, _): return ok("\(read.set) can be read.")
            case .status(403, let body):
                let words = (body["error"]?["message"]?.string ?? "").split {
                    !$0.isASCII || !$0.isLetter && !$0.isNumber
                }
                let name = words.first { $0.hasPrefix("prv") }.map { String($0.prefix(64)) }
                return problem(
                    "\(read.set) cannot be read\(name.map { ": \($0) is missing" } ?? "").",
                    "Give the application user's role this privilege, for the whole organisation.")
            case .status(let status, _):
                return warning("\(read.set) answers \(status).", "Is the app that brings this table installed?")
            case .nothing(let reason): return warning("\(read.set) was not answered: \(reason).", "Try again.")
            }
        }
    }

    // MARK: The channel

    private static func page(_ target: DynamicsTarget, _ page: DynamicsFacts.Page) -> [Finding] {
        guard page.status == 200 else {
            let what = page.status.map { "answers \($0)" } ?? "does not answer: \(page.reason)"
            return [
                problem(
                    "\(target.channelURL) \(what).",
                    "Is gateway.public_url right, and does the proxy before the Gateway pass /panel/ on?")
            ]
        }
        var findings: [Finding] = []
        let policy = directives(page.policy ?? "")
        for (name, what) in [("frame-ancestors", "frame the panel"), ("script-src", "give the panel its library")] {
            findings.append(
                policy[name]?.contains(target.organization) == true
                    ? ok("\(target.organization) may \(what).")
                    : problem(
                        "\(target.organization) may not \(what): \(name) does not name it.",
                        "Add it to gateway.panel.cif_origins; a proxy must not change Content-Security-Policy."))
        }
        if page.frameOptions != nil {
            findings.append(
                problem(
                    "Something adds X-Frame-Options to the panel's page: no other origin may frame it.",
                    "Take it out of the proxy's configuration for /panel/."))
        }
        if !target.publicURL.hasPrefix("https://"), !target.publicURL.contains("127.0.0.1") {
            findings.append(
                problem(
                    "\(target.publicURL) is not https: the organisation's page will not load it.",
                    "Put the Gateway behind TLS and correct gateway.public_url."))
        }
        return findings
    }

    private static func directives(_ policy: String) -> [String: [String]] {
        var directives: [String: [String]] = [:]
        for part in policy.split(separator: ";") {
            let words = part.split(separator: " ").map(String.init)
            if let name = words.first { directives[name] = Array(words.dropFirst()) }
        }
        return directives
    }

    private static func origins(_ target: DynamicsTarget) -> [Finding] {
        guard !target.cifOrigins.contains(target.organization) else { return [] }
        return [
            problem(
                "gateway.panel.cif_origins does not have \(target.organization).",
                "Add exactly this origin; if agents use another address of the organisation, add that too.")
        ]
    }

    private static func provider(_ target: DynamicsTarget, _ reply: DynamicsFacts.Reply?) -> [Finding] {
        guard let reply, let rows = reply.body["value"]?.array, reply.status == 200 else {
            return reply == nil
                ? []
                : [
                    warning(
                        "The channel providers cannot be read (msdyn_channelproviders).",
                        "Look in the Copilot Service admin centre, or give the role prvReadmsdyn_channelprovider.")
                ]
        }
        let own = rows.filter { $0["msdyn_channelurl"]?.string?.hasPrefix(target.publicURL) == true }
        guard let row = own.first else {
            return [
                problem(
                    "None of the \(rows.count) channel providers has a channel URL at \(target.publicURL).",
                    "Set its channel URL to \(target.channelURL). Deploying an app profile may have overwritten it.")
            ]
        }
        var findings: [Finding] = []
        let path = row["msdyn_channelurl"]?.string?.prefix { $0 != "?" && $0 != "#" } ?? ""
        findings.append(
            path == target.channelURL
                ? ok("The channel provider's URL is \(target.channelURL).")
                : problem("The channel provider's URL is not the channel's page.", "Set it to \(target.channelURL)."))
        let trusted = row["msdyn_trusteddomain"]?.string ?? ""
        if !trusted.isEmpty, !trusted.contains(target.publicURL) {
            findings.append(
                problem(
                    "The channel provider trusts another domain: every call of the panel fails.",
                    "Set its trusted domain to \(target.publicURL), or leave it empty."))
        }
        if let version = row["msdyn_apiversion"]?.integer, version != 162_450_000 {
            findings.append(problem("The channel provider's API version is not 2.0.", "Choose 2.0."))
        }
        if row["msdyn_enableoutbound"]?.bool == false {
            findings.append(warning("Click-to-act is off: numbers are no links.", "Enable outbound communication."))
        }
        return findings
    }
}
