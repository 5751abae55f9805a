import Phone

/// Whether an agent's click on a number may become a call.
enum DialPolicy {
    /// What is known when a dial is judged.
    struct Situation: Sendable {
        /// Nil when no worker has the name.
        var agent: AgentRecord?
        var interactions: [Interaction] = []
        /// The panel that leads; nil when no lease lives.
        var leader: String?
        /// When this agent dialled lately, Unix milliseconds.
        var dials: [Int] = []
        var isExpired = false
        var now: Int
    }

    struct Plan: Hashable, Sendable {
        let e164: String
        let country: String
        let callerID: String
        let team: TeamSettings
        var extensionDigits: String?
    }

    /// The window of the rate, in milliseconds.
    static let rateWindow = 60_000

    /// What is to be dialled.
    ///
    /// - Throws: ``DialRefusal``, the first that applies.
    static func plan(
        _ request: DialRequest, teams: [String: TeamSettings], in situation: Situation
    ) throws(DialRefusal) -> Plan {
        if situation.isExpired {
            throw DialRefusal(.expired, "The click was too long ago to place the call now.", remedy: "Click again.")
        }
        guard let agent = situation.agent else {
            throw DialRefusal(.blocked, "No worker has the name of this sign-in.")
        }
        guard let team = teams[agent.team] ?? teams[AgentRecord.defaultTeam] else {
            throw DialRefusal(
                .blocked, "Your team has no caller ID.", remedy: "An administrator configures it in crm.teams.")
        }
        if let panel = request.panelID, let leader = situation.leader, leader != panel {
            throw DialRefusal(.notLeader, "Another of your tabs leads.", remedy: "Dial there, or take the lead here.")
        }
        guard agent.isAvailable else {
            throw DialRefusal(
                .offline, "You are not available.", remedy: "Change your activity to one that is available.")
        }
        guard
            !situation.interactions.contains(where: {
                $0.channel == .voice && $0.state.isLive && $0.id != request.dialID
            })
        else { throw DialRefusal(.busy, "You are in a call, or one is being offered to you.") }
        let recent = situation.dials.filter { $0 > situation.now - rateWindow }
        guard recent.count < team.dialsPerMinute else {
            throw DialRefusal(
                .rateLimited, "You have dialled \(recent.count) numbers within a minute.", remedy: "Wait a moment.")
        }
        return try number(request, team: team)
    }

    /// The number alone: whether there is one, in a country that the team may call.
    ///
    /// - Throws: ``DialRefusal``.
    static func number(_ request: DialRequest, team: TeamSettings) throws(DialRefusal) -> Plan {
        let region = request.region.flatMap { try? Region($0) } ?? team.country
        let number: PhoneNumber
        do {
            number = try PhoneNumber(request.number, defaultRegion: region)
        } catch {
            throw DialRefusal(.invalidNumber, error.description)
        }
        guard number.isValid, let country = number.region?.code else {
            throw DialRefusal(.invalidNumber, "There is no such telephone number.")
        }
        guard team.allowedCountries.contains(country) else {
            throw DialRefusal(
                .blocked, "Calls to \(country) are not allowed for your team.",
                remedy: "An administrator can add \(country) to allowed_countries of the team.")
        }
        // Only numbers that are the team's: anybody's could be claimed otherwise.
        return Plan(
            e164: number.e164, country: country, callerID: team.callerID, team: team,
            extensionDigits: request.extensionDigits ?? number.extensionDigits.flatMap(DialRequest.keys))
    }

    /// Whether the account may call the country.
    ///
    /// - Throws: ``DialRefusal``.
    static func check(_ country: String, isAllowed: Bool) throws(DialRefusal) {
        guard !isAllowed else { return }
        throw DialRefusal(
            .noPermission, "The telephone account may not call \(country).",
            remedy: "In the Twilio console, under Voice, Settings, Geographic permissions, enable \(country).")
    }

    /// The country of a number that was read before.
    static func country(of e164: String) -> String? { (try? PhoneNumber(e164))?.region?.code }

    /// The provider's codes for a country that may not be called.
    static let permissionCodes = [21_215, 13_227]
}
