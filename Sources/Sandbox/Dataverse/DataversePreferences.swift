/// What `Prefer` says.
struct DataversePreferences: Equatable, Sendable {
    var returnsRepresentation = false
    var maxPageSize: Int?
    /// Names of annotations, `*` at the end for all that begin so.
    var annotations: [String] = []

    init() {}

    /// - Parameter fields: The values of all headers of this name.
    init(_ fields: [String]) {
        for preference in fields.flatMap(Self.split) {
            let parts = preference.split(separator: "=", maxSplits: 1)
            let name = DataverseQuery.trimmed(parts.first ?? "").lowercased()
            let value = parts.count == 2 ? DataverseQuery.trimmed(parts[1]).filter { $0 != "\"" } : ""
            switch name {
            case "return": returnsRepresentation = value == "representation"
            case "odata.maxpagesize", "maxpagesize": maxPageSize = Int(value).flatMap { $0 > 0 ? $0 : nil }
            case "odata.include-annotations", "include-annotations":
                annotations = value.split(separator: ",").map { DataverseQuery.trimmed($0) }
            default: break
            }
        }
    }

    func includes(_ annotation: String) -> Bool {
        annotations.contains { pattern in
            pattern.hasSuffix("*") ? annotation.hasPrefix(pattern.dropLast()) : annotation == pattern
        }
    }

    /// What was heeded, for `Preference-Applied`.
    var applied: String? {
        var applied: [String] = []
        if returnsRepresentation { applied.append("return=representation") }
        if let maxPageSize { applied.append("odata.maxpagesize=\(min(maxPageSize, DataverseQuery.maxRows))") }
        if !annotations.isEmpty {
            applied.append("odata.include-annotations=\"\(annotations.joined(separator: ","))\"")
        }
        return applied.isEmpty ? nil : applied.joined(separator: ",")
    }

    /// Splits at commas and semicolons outside quotes.
    private static func split(_ field: String) -> [Substring] {
        var isQuoted = false
        return field.split { character in
            if character == "\"" { isQuoted.toggle() }
            return !isQuoted && (character == "," || character == ";")
        }
    }
}
