public import Events

/// Makes the form of a webhook again from the event that it became: the inverse of ``WebhookTranslator``.
///
/// Every parameter comes back with its value to the byte, but for `RetryCount`, which is about the delivery: a relay
/// says for itself which try it is.
public struct WebhookRebuilder: Sendable {
    private let dialect: CompiledDialect
    /// The provider's names by the names in the data.
    private let names: [String: String]

    /// A rebuilder for one family.
    ///
    /// - Parameter family: The product whose webhooks are rebuilt.
    public init(family: WebhookFamily) {
        let dialect = CompiledDialect.of(family)
        self.dialect = dialect
        names = Dictionary(
            uniqueKeysWithValues: dialect.fields.rules.map { rule in
                // A member is written as `"name":`.
                (String(decoding: rule.member.dropFirst().dropLast(2), as: UTF8.self), rule.name)
            })
    }

    /// The parameters of the webhook.
    ///
    /// - Parameters:
    ///   - data: The event's data, as ``WebhookTranslator`` wrote it.
    ///   - retryCount: What `RetryCount` says; nil leaves it out.
    /// - Returns: The form; nil when the data are not those of a webhook of this family.
    public func form(of data: EventData, retryCount: Int? = nil) -> FormParameters? {
        guard data.form == .json else { return nil }
        return data.bytes.withUnsafeBytes { text in
            guard let members = JSONText.members(in: text), members.contains(where: { $0.name == "accountSid" }) else {
                return nil
            }
            var pairs: [(String, String)] = []
            var kept: [(String, String)] = []
            for member in members {
                let value = UnsafeRawBufferPointer(rebasing: text[member.value])
                if member.name == "raw" {
                    guard let raw = Self.rawPairs(value) else { return nil }
                    kept = raw
                } else if let name = names[member.name] {
                    pairs.append((name, Self.parameterText(value)))
                } else if member.name != "dialect", !isMark(member.name) {
                    return nil
                }
            }
            let keptNames = Set(kept.map { $0.0 })
            pairs.removeAll { keptNames.contains($0.0) }
            if let retryCount { kept.append(("RetryCount", String(retryCount))) }
            return FormParameters(pairs + kept)
        }
    }

    /// Whether a member came from the callback's URL, not from its form.
    private func isMark(_ name: String) -> Bool {
        dialect.family == .voice && WebhookMarks.members.contains { $0.member == name }
    }

    /// `raw`: a text for each name, or several where the name was repeated.
    private static func rawPairs(_ text: UnsafeRawBufferPointer) -> [(String, String)]? {
        guard let members = JSONText.members(in: text) else { return nil }
        var pairs: [(String, String)] = []
        for member in members {
            guard let value = try? JSONValue(parsing: UnsafeRawBufferPointer(rebasing: text[member.value])) else {
                return nil
            }
            for one in value.array ?? [value] { pairs.append((member.name, one.string ?? "")) }
        }
        return pairs
    }

    /// A value as the form had it: strings without quotes, null as nothing, everything else as its JSON text.
    private static func parameterText(_ value: UnsafeRawBufferPointer) -> String {
        switch value.first {
        case UInt8(ascii: "\""): (try? JSONValue(parsing: value))?.string ?? ""
        case UInt8(ascii: "n"): ""
        default: String(decoding: value, as: UTF8.self)
        }
    }
}
