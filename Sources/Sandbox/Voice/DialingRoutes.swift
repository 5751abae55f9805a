import Events

/// Which countries the account may call: `voice/v1/DialingPermissions`.
enum DialingRoutes {
    private static let root = "voice/v1/DialingPermissions"
    /// Countries changed by one request at most.
    static let maxUpdates = 300

    static let routes: [RestRoute] = [
        RestRoute(.get, "\(root)/Countries") { world, request throws(TwilioProblem) in
            let code = request.text("IsoCode")
            let continent = request.text("Continent")
            let callingCode = request.text("CountryCode").map { $0.hasPrefix("+") ? $0 : "+\($0)" }
            let isOn = try request.bool("LowRiskNumbersEnabled")
            let list = DialingCountry.all.filter { country in
                (code == nil || country.code == code) && (continent == nil || country.continent == continent)
                    && (callingCode == nil || country.callingCode == callingCode)
                    && (isOn == nil || world.mayDial(country) == isOn)
            }
            return try Page(request, list, maxSize: 1_000, key: \.code).answer("content") { country, row in
                row.members(of: country, in: world, base: request.baseURL)
            }
        },
        RestRoute(.get, "\(root)/Countries/{country}") { world, request throws(TwilioProblem) in
            guard let country = DialingCountry.of(code: request["country"].uppercased()) else {
                throw .notFound("/Countries/\(request["country"])")
            }
            return .object { $0.members(of: country, in: world, base: request.baseURL) }
        },
        RestRoute(.post, "\(root)/BulkCountryUpdates") { world, request throws(TwilioProblem) in
            let text = try request.required("UpdateRequest")
            guard let updates = (try? JSONValue(parsing: Array(text.utf8)))?.array, updates.count <= maxUpdates else {
                throw .invalid("UpdateRequest", "it is a JSON array of at most \(maxUpdates) countries")
            }
            for update in updates {
                guard let country = update["iso_code"]?.string.flatMap(DialingCountry.of(code:)) else {
                    throw .invalid("UpdateRequest", "iso_code is a country of the list")
                }
                guard let value = update["low_risk_numbers_enabled"] else { continue }
                world.permit(country, value.bool ?? (value.string == "true"))
            }
            return .object(201) { json in
                json.number("update_count", updates.count)
                json.text("update_request", text)
            }
        },
    ]

    /// The control page's switch.
    static let control: [RestRoute] = [
        RestRoute(.get, "dialing") { world, _ in
            .object { json in
                json.objects("countries", DialingCountry.all) { country, row in
                    row.text("code", country.code)
                    row.text("name", country.name)
                    row.bool("enabled", world.mayDial(country))
                }
            }
        },
        RestRoute(.post, "dialing") { world, request throws(TwilioProblem) in
            guard let country = DialingCountry.of(code: try request.required("country")) else {
                throw .invalid("country", "it is the ISO code of a country of the list")
            }
            let isOn = try request.bool("enabled") ?? true
            world.permit(country, isOn)
            return .object { $0.bool("enabled", isOn) }
        },
    ]
}

extension World {
    func mayDial(_ country: DialingCountry) -> Bool { !voice.countriesOff.contains(country.code) }

    /// Whether the account is permitted to call this party; clients, SIP and countries that are not listed are.
    func mayDial(_ party: String) -> Bool {
        DialingCountry.of(number: party).map { mayDial($0) } ?? true
    }

    mutating func permit(_ country: DialingCountry, _ isOn: Bool) {
        if isOn { voice.countriesOff.remove(country.code) } else { voice.countriesOff.insert(country.code) }
        record(.dialing, .updated) { json in
            json.text("sid", country.code)
            json.text("name", country.name)
            json.bool("enabled", isOn)
        }
    }

    /// - Throws: ``TwilioProblem`` 21215, as the creation of a call is refused.
    func checkMayDial(_ party: String) throws(TwilioProblem) {
        guard mayDial(party) else {
            throw TwilioProblem(
                status: 400, code: 21215,
                "Account not authorized to call \(party). Perhaps you need to enable some international permissions: "
                    + "https://www.twilio.com/console/voice/calls/geo-permissions/low-risk")
        }
    }
}

extension JSONFields {
    fileprivate mutating func members(of country: DialingCountry, in world: World, base: String) {
        let url = "\(base)/v1/DialingPermissions/Countries/\(country.code)"
        text("iso_code", country.code)
        text("name", country.name)
        text("continent", country.continent)
        value("country_codes", .array([.string(country.callingCode)]))
        bool("low_risk_numbers_enabled", world.mayDial(country))
        bool("high_risk_special_numbers_enabled", false)
        bool("high_risk_tollfraud_numbers_enabled", false)
        text("url", url)
        object("links") { $0.text("highrisk_special_prefixes", url + "/HighRiskSpecialPrefixes") }
    }
}
