import Hosting
import TwilioREST

/// How a CRM with a REST interface is asked: `crm.http`.
///
/// Configuration keys:
/// - `preset` (`rest` or `backup_crm`, default rest): what everything below is when it is not set, see ``HTTPPreset``.
/// - `base_url` (text): where all paths begin; needed when `connector` is http. https, or http to this machine.
/// - `token` (secret, `token_file`): for `{token}` in headers, and for `sign`.
/// - `headers` (texts, `Name: value`, default by preset): sent with every request; `{token}` stands for the token.
/// - `sign` (bool, default by preset): `X-Twilio-Signature` over address and form, with the token.
/// - `timeout_ms` (int, default 5000, range 50...30000): for one answer, to its last byte.
/// - `max_concurrency` (int, default 16, range 1...256): connections at once.
/// - `max_response_bytes` (int, default 1048576, range 1024...16777216): of one answer.
/// - `entity` (text, default contact): what the CRM calls contacts; `record_url`: their page, with `{id}`.
/// - `fields` and `case_fields`: where a contact's and a case's values lie, see ``HTTPFields``.
/// - one section per operation (`find_by_phone`, `find_by_email`, `search`, `open`, `create_contact`, `log`, `find_log`,
///   `cases`, `create_case`, `health`): `request` (`METHOD /path?query`; none: the CRM cannot do it), `body`, `items`
///   and `next` (JSON pointers).
struct HTTPConnectorSettings: Sendable {
    var preset = HTTPPreset.rest
    var baseURL = ""
    var token: Secret?
    var headers: [Header] = []
    var isSigned = false
    var timeout = Duration.seconds(5)
    var maxConcurrency = 16
    var maxResponseBytes = 1_048_576
    var entity = "contact"
    var recordURL: TextTemplate?
    var fields: HTTPFields
    var operations: [HTTPOperation.Name: HTTPOperation] = [:]

    struct Header: Sendable {
        let name: String
        let value: TextTemplate
    }

    /// Reads the section; what is wrong is recorded with the reader.
    init(_ reader: SettingsReader, isUsed: Bool) {
        preset = reader.choice("preset", default: preset)
        baseURL = reader.optionalString("base_url", maxBytes: 1_024) ?? ""
        token = reader.optionalSecret("token")
        isSigned = reader.bool("sign", default: preset == .backupCRM)
        timeout = reader.duration("timeout_ms", default: timeout, in: .milliseconds(50)...(.seconds(30)))
        maxConcurrency = reader.int("max_concurrency", default: maxConcurrency, in: 1...256)
        maxResponseBytes = reader.int("max_response_bytes", default: maxResponseBytes, in: 1_024...16_777_216)
        entity = reader.string("entity", default: entity, maxBytes: 64)
        fields = HTTPFields(reader, preset: preset)
        if let text = reader.optionalString("record_url", maxBytes: 512), !text.isEmpty {
            recordURL = Self.checked(reader, "record_url") { () throws(TemplateError) in
                try TextTemplate(text, allowed: ["id"])
            }
        }
        readHeaders(reader)
        for name in HTTPOperation.Name.allCases { operations[name] = Self.operation(reader, name, preset) }
        if isUsed { check(reader) }
    }

    private mutating func readHeaders(_ reader: SettingsReader) {
        for line in reader.strings("headers", default: preset.headers, maxCount: 32) {
            let parts = line.split(separator: ":", maxSplits: 1)
            let name = parts.first.map(String.init) ?? ""
            let isToken =
                !name.isEmpty
                && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
            guard parts.count == 2, isToken else {
                reader.reject("headers", because: "has an item that is not 'Name: value'")
                continue
            }
            let text = parts[1].drop { $0 == " " }
            let value = Self.checked(reader, "headers") { () throws(TemplateError) in
                try TextTemplate(text, allowed: ["token"])
            }
            guard let value, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { continue }
            headers.append(Header(name: name, value: value))
        }
    }

    private func check(_ reader: SettingsReader) {
        let isLocal = ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { start in
            baseURL == start || [":", "/"].contains { baseURL.hasPrefix(start + $0) }
        }
        if !baseURL.hasPrefix("https://"), !isLocal {
            reader.reject("base_url", because: "must begin with https:// (http:// only to this machine)")
        }
        if baseURL.contains(where: { "?#@ ".contains($0) }) {
            reader.reject("base_url", because: "must be an address without user, query and fragment")
        }
        let needsToken = isSigned || headers.contains { !$0.value.names.isEmpty }
        if needsToken, token == nil {
            reader.reject("headers", because: "need a token: set token_file")
        }
        guard let log = operations[.log] else { return }
        // A repeated POST is a second activity, unless it is asked for first.
        if log.request.method == .post, operations[.findLog] == nil {
            reader.section("log").reject(
                "request", because: "needs find_log when it is a POST: a repeat must find the first")
        }
    }

    private static func operation(
        _ reader: SettingsReader, _ name: HTTPOperation.Name, _ preset: HTTPPreset
    ) -> HTTPOperation? {
        let section = reader.section(name.rawValue)
        let standard = preset.operation(name)
        let request = section.string("request", default: standard?.request ?? "", maxBytes: 2_048)
        let body = section.string("body", default: standard?.body ?? "", maxBytes: 16_384)
        let items = section.string("items", default: standard?.items ?? "", maxBytes: 256)
        let next = section.string("next", default: standard?.next ?? "", maxBytes: 256)
        guard !request.isEmpty, request != "none" else { return nil }
        return checked(section, "request") { () throws(TemplateError) in
            HTTPOperation(
                request: try RequestTemplate(request, body: body, allowed: name.places),
                items: try JSONPath(items), next: next.isEmpty ? nil : try JSONPath(next))
        }
    }

    /// What `make` gives, or nil after its error was recorded.
    static func checked<Value>(
        _ reader: SettingsReader, _ key: String, _ make: () throws(TemplateError) -> Value
    ) -> Value? {
        do throws(TemplateError) {
            return try make()
        } catch {
            reader.reject(key, because: "is no template: \(error.reason)")
            return nil
        }
    }
}
