import Hosting
import Phone

/// How the agents of one team dial; agents belong to the team in their worker's attribute `team`, else to `default`.
///
/// Configuration keys, in `crm.teams.<team>`:
/// - `caller_id` (string, required): the number that is shown, E.164.
/// - `country` (string, required): whose rules apply to numbers without a country code, ISO 3166.
/// - `allowed_countries` (strings, default `country` alone): where calls may go.
/// - `dial_by` (`rest` or `flex`, default `rest`): who places the call: this service, or Flex in the agent's browser.
/// - `queue_sid`, `workflow_sid` (strings): with `flex`, where the call's task belongs.
/// - `dials_per_minute` (int, default 20, range 1...600): of one agent.
/// - `confirm` (bool, default false): whether a click on a number only prepares the call.
struct TeamSettings: Hashable, Sendable {
    enum DialBy: String, Hashable, Sendable, CaseIterable {
        case rest, flex
    }

    var callerID: String
    var country: Region?
    var allowedCountries: Set<String>
    var dialBy = DialBy.rest
    var queueSID: String?
    var workflowSID: String?
    var dialsPerMinute = 20
    var isConfirmed = false

    init(callerID: String, country: Region?, allowedCountries: Set<String>) {
        self.callerID = callerID
        self.country = country
        self.allowedCountries = allowedCountries
    }

    init(reader: SettingsReader) {
        callerID = reader.string("caller_id", maxBytes: 32)
        let country = reader.string("country", maxBytes: 8)
        self.country = try? Region(country)
        if self.country == nil { reader.reject("country", because: "it must be an ISO 3166 code such as ES.") }
        allowedCountries = Set(
            reader.strings("allowed_countries", default: [country]).map { $0.uppercased() })
        dialBy = reader.choice("dial_by", default: .rest)
        queueSID = reader.optionalString("queue_sid", maxBytes: 64)
        workflowSID = reader.optionalString("workflow_sid", maxBytes: 64)
        dialsPerMinute = reader.int("dials_per_minute", default: 20, in: 1...600)
        isConfirmed = reader.bool("confirm", default: false)
        if (try? PhoneNumber(callerID))?.isValid != true {
            reader.reject("caller_id", because: "it must be a telephone number with its country code.")
        }
    }
}
