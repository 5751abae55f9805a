public import Events

/// One published extension.
///
/// Canonical JSON, the unit of hashing: members in the order `number`, `target`, `spokenName`, `fallback`, `validUntil`,
/// the last two only where there is something to say, compact, UTF-8.
public struct DirectoryEntry: Hashable, Sendable {
    /// What a caller keys in: digits, leading zeros kept.
    public var number: String
    /// Whom it reaches.
    public var target: DirectoryTarget
    /// What the caller hears, and what dial-by-name searches.
    public var spokenName: String
    /// Whom it reaches when the target is absent, unknown or declines.
    public var fallback: DirectoryTarget?
    /// From here on the extension is unknown.
    public var validUntil: Timestamp?

    public init(
        number: String, target: DirectoryTarget, spokenName: String, fallback: DirectoryTarget? = nil,
        validUntil: Timestamp? = nil
    ) {
        self.number = number
        self.target = target
        self.spokenName = spokenName
        self.fallback = fallback
        self.validUntil = validUntil
    }

    /// Reads an entry.
    ///
    /// - Parameter json: As ``json`` writes it; other members are ignored.
    /// - Throws: ``DirectoryError/malformed(what:reason:)``.
    public init(json: JSONValue) throws(DirectoryError) {
        guard let number = json["number"]?.string, !number.isEmpty, number.utf8.allSatisfy(Keypad.isDigit) else {
            throw .malformed(what: "entry", reason: "'number' is not digits")
        }
        guard let spokenName = json["spokenName"]?.string else {
            throw .malformed(what: "entry", reason: "'spokenName' is no text")
        }
        self.number = number
        self.spokenName = spokenName
        target = try DirectoryTarget(json: json["target"] ?? .null)
        switch json["fallback"] {
        case nil, .null?: fallback = nil
        case let value?: fallback = try DirectoryTarget(json: value)
        }
        switch json["validUntil"] {
        case nil, .null?: validUntil = nil
        case let value?:
            guard let time = value.string.flatMap({ try? Timestamp(rfc3339: $0) }) else {
                throw .malformed(what: "entry", reason: "'validUntil' is no time")
            }
            validUntil = time
        }
    }

    /// The entry in JSON.
    public var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("number", .string(number)), ("target", target.json), ("spokenName", .string(spokenName)),
        ]
        if let fallback { members.append(("fallback", fallback.json)) }
        if let validUntil { members.append(("validUntil", .string(validUntil.rfc3339))) }
        return .object(JSONObject(members))
    }

    /// Writes what ``json`` says.
    func write(to writer: inout JSONWriter) {
        writer.raw("{\"number\":")
        writer.string(number)
        writer.raw(",\"target\":")
        target.write(to: &writer)
        writer.raw(",\"spokenName\":")
        writer.string(spokenName)
        if let fallback {
            writer.raw(",\"fallback\":")
            fallback.write(to: &writer)
        }
        if let validUntil {
            writer.raw(",\"validUntil\":")
            writer.timestamp(validUntil)
        }
        writer.raw("}")
    }

    /// Whether the extension may be dialled.
    public func isValid(at now: Timestamp) -> Bool {
        guard let validUntil else { return true }
        return now < validUntil
    }
}
