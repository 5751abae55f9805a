import Events

@testable import CRMBridgeSvc

/// Evaluates the `$filter` texts that the connector makes, as Dataverse does: without case, `%` and `_` as wildcards.
struct TestFilter {
    private var rest: Substring

    /// - Returns: Nil when the text is no filter.
    static func matches(_ text: String, _ row: JSONValue) -> Bool? {
        var filter = TestFilter(rest: text[...])
        guard let value = filter.any(row), filter.rest.isEmpty else { return nil }
        return value
    }

    private mutating func any(_ row: JSONValue) -> Bool? {
        guard var value = all(row) else { return nil }
        while take(" or ") {
            guard let next = all(row) else { return nil }
            value = value || next
        }
        return value
    }

    private mutating func all(_ row: JSONValue) -> Bool? {
        guard var value = one(row) else { return nil }
        while take(" and ") {
            guard let next = one(row) else { return nil }
            value = value && next
        }
        return value
    }

    private mutating func one(_ row: JSONValue) -> Bool? {
        if take("(") {
            guard let value = any(row), take(")") else { return nil }
            return value
        }
        if take("contains(") {
            let column = name()
            guard take(","), let pattern = literal(), take(")") else { return nil }
            return Self.like(row[column]?.string ?? "", "%\(pattern)%")
        }
        let column = name()
        guard take(" eq ") else { return nil }
        if rest.first == "'" {
            guard let value = literal() else { return nil }
            return row[column]?.string?.lowercased() == value.lowercased()
        }
        let id = rest.prefix { $0.isHexDigit || $0 == "-" }
        guard id.utf8.count == 36 else { return nil }
        rest = rest.dropFirst(36)
        return row[column]?.string == String(id)
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.hasPrefix(text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    private mutating func name() -> String {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        rest = rest.dropFirst(name.count)
        return String(name)
    }

    private mutating func literal() -> String? {
        guard take("'") else { return nil }
        var text = ""
        while let character = rest.popFirst() {
            if character == "'" {
                guard take("'") else { return text }
            }
            text.append(character)
        }
        return nil
    }

    /// T-SQL's LIKE, with accents folded as the default collation of Dataverse does.
    static func like(_ text: String, _ pattern: String) -> Bool {
        func folded(_ text: String) -> String {
            NameWords.of(text).count == 1 && text.allSatisfy({ $0.isLetter || $0.isNumber })
                ? NameWords.of(text)[0] : text.lowercased()
        }
        var marks: [Character?] = []
        var literals: [Bool] = []
        var rest = folded(pattern)[...]
        while let character = rest.popFirst() {
            if character == "[", let end = rest.firstIndex(of: "]") {
                for inner in rest[..<end] {
                    marks.append(inner)
                    literals.append(true)
                }
                rest = rest[rest.index(after: end)...]
            } else {
                marks.append(character)
                literals.append(false)
            }
        }
        let characters = text.lowercased().map { character in
            NameWords.of(String(character)).first?.first ?? character
        }
        // Which beginnings of the pattern fit what was read so far.
        var fits = [true] + Array(repeating: false, count: marks.count)
        func spread() {
            for (index, mark) in marks.enumerated() where fits[index] && mark == "%" && !literals[index] {
                fits[index + 1] = true
            }
        }
        spread()
        for character in characters {
            var next = Array(repeating: false, count: marks.count + 1)
            for (index, mark) in marks.enumerated() where fits[index] {
                if mark == "%", !literals[index] {
                    next[index] = true
                } else if mark == "_", !literals[index] {
                    next[index + 1] = true
                } else if mark.flatMap({ NameWords.of(String($0)).first?.first ?? $0 }) == character {
                    next[index + 1] = true
                }
            }
            fits = next
            spread()
        }
        return fits[marks.count]
    }
}
