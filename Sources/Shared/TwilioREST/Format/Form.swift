internal import Events

/// The parameters of a request, as `application/x-www-form-urlencoded`, written straight into bytes.
///
/// A parameter that is nil is left out; a list repeats its name; times are RFC 3339, truth is `true` or `false`,
/// attributes are their JSON text (twilio.md §2).
struct Form: Hashable, Sendable {
    private(set) var bytes: [UInt8] = []

    var isEmpty: Bool { bytes.isEmpty }

    init() {}

    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        if bytes.isEmpty { bytes.reserveCapacity(256) } else { bytes.append(UInt8(ascii: "&")) }
        PercentEncoding.append(name, to: &bytes, space: UInt8(ascii: "+"))
        bytes.append(UInt8(ascii: "="))
        PercentEncoding.append(value, to: &bytes, space: UInt8(ascii: "+"))
    }

    mutating func add(_ name: String, _ value: Bool?) {
        if let value { add(name, value ? "true" : "false") }
    }

    mutating func add(_ name: String, _ value: Int?) {
        if let value { add(name, String(value)) }
    }

    mutating func add(_ name: String, _ value: Timestamp?) {
        if let value { add(name, value.rfc3339) }
    }

    mutating func add(_ name: String, _ value: TwilioAttributes?) {
        if let value { add(name, value.text) }
    }

    mutating func add(_ name: String, _ value: JSONObject?) {
        if let value { add(name, String(decoding: JSONValue.object(value).bytes, as: UTF8.self)) }
    }

    mutating func add<Resource>(_ name: String, _ value: SID<Resource>?) {
        if let value { add(name, value.text) }
    }

    mutating func add(_ name: String, _ values: [String]?) {
        for value in values ?? [] { add(name, value) }
    }

    /// A form filled in place.
    static func with(_ fill: (inout Form) -> Void) -> Form {
        var form = Form()
        fill(&form)
        return form
    }
}
