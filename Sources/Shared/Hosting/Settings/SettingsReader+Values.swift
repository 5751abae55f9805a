extension SettingsReader {
    /// A whole number; `_` may group digits.
    public func int(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        value(
            name, default: fallback, expected: "a whole number", allowed: range.spelled, parse: Self.integer,
            accept: range.contains, spell: String.init)
    }

    /// A number.
    public func double(_ name: String, default fallback: Double, in range: ClosedRange<Double>) -> Double {
        value(
            name, default: fallback, expected: "a number", allowed: range.spelled, parse: Double.init,
            accept: range.contains, spell: { String($0) })
    }

    /// `true` or `false`.
    public func bool(_ name: String, default fallback: Bool) -> Bool {
        value(
            name, default: fallback, expected: "true or false", allowed: "true, false",
            parse: { text in
                switch text {
                case "true": true
                case "false": false
                default: nil
                }
            }, accept: { _ in true }, spell: { $0 ? "true" : "false" })
    }

    /// A length of time, in the unit that ends the key: `_ms`, `_seconds`, `_minutes`, `_hours` or `_days`.
    public func duration(
        _ name: String, default fallback: Duration, in range: ClosedRange<Duration>
    ) -> Duration {
        guard let unit = DurationUnit(key: name) else {
            preconditionFailure("the key '\(name)' must end in a unit of time, such as _ms or _seconds")
        }
        return value(
            name, default: fallback, expected: "a whole number of \(unit.rawValue)",
            allowed: "\(unit.count(range.lowerBound))…\(unit.count(range.upperBound)) \(unit.rawValue)",
            parse: { Self.integer($0).flatMap(unit.duration) }, accept: range.contains,
            spell: { String(unit.count($0)) })
    }

    /// A text that must be there.
    ///
    /// - Returns: The text, or an empty one after the error was recorded.
    public func string(_ name: String, maxBytes: Int = 4096) -> String {
        guard let text = optionalString(name, maxBytes: maxBytes), !text.isEmpty else {
            missing(name)
            return ""
        }
        return text
    }

    /// A text with a default.
    public func string(_ name: String, default fallback: String, maxBytes: Int = 4096) -> String {
        value(
            name, default: fallback, expected: "a text", allowed: "at most \(maxBytes) bytes", parse: { $0 },
            accept: { $0.utf8.count <= maxBytes }, spell: { $0 })
    }

    /// A text that may be left out.
    public func optionalString(_ name: String, maxBytes: Int = 4096) -> String? {
        guard find(name) != nil else {
            effective(name, "", .defaultValue)
            return nil
        }
        return string(name, default: "", maxBytes: maxBytes)
    }

    /// One of a few words.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, default fallback: Choice
    ) -> Choice {
        let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return value(
            name, default: fallback, expected: "one of \(words)", allowed: words,
            parse: { Choice(rawValue: $0) }, accept: { _ in true }, spell: { $0.rawValue })
    }

    /// A list of texts: a YAML list in the file, separated by commas in the environment and in flags.
    public func strings(_ name: String, default fallback: [String] = [], maxCount: Int = 256) -> [String] {
        let (items, origin) = stringItems(name) ?? (fallback, .defaultValue)
        effective(name, "[" + items.joined(separator: ", ") + "]", origin)
        guard items.count <= maxCount else {
            fail(name, "\(items.count) items", origin, .outOfRange(allowed: "at most \(maxCount) items"))
            return fallback
        }
        return items
    }

    /// Records that a key which must be set is not.
    func missing(_ name: String) {
        recorder.know(key(name))
        let (_, origin) = recorder.origin(of: key(name))
        recorder.record([SettingsError(key: key(name), origin: origin, reason: .missing)])
    }
}

extension SettingsReader {
    private func stringItems(_ name: String) -> ([String], SettingOrigin)? {
        let node = source.root.descendant(path + [name])
        let isOverridden =
            source.flag(key(name)) != nil || environmentValue(SettingsKey.variable(key(name))) != nil
        if !isOverridden, let node, case .sequence(let items) = node.content {
            let texts = items.compactMap { item -> String? in
                guard case .scalar(let text) = item.content else {
                    fail(name, nil, fileOrigin(item), .wrongType(expected: "a list of texts, found \(item.shape)"))
                    return nil
                }
                return text
            }
            return (texts, fileOrigin(node))
        }
        guard let found = find(name) else { return nil }
        if case .file = found.origin {
            fail(name, found.text, found.origin, .wrongType(expected: "a list"))
            return ([], found.origin)
        }
        let items = found.text.split(separator: ",").map { $0.trimmingSpaces() }.filter { !$0.isEmpty }
        return (items, found.origin)
    }

    private func value<Value>(
        _ name: String, default fallback: Value, expected: String, allowed: String, parse: (String) -> Value?,
        accept: (Value) -> Bool, spell: (Value) -> String
    ) -> Value {
        guard let found = find(name) else {
            effective(name, spell(fallback), .defaultValue)
            return fallback
        }
        guard let value = parse(found.text.trimmingSpaces()) else {
            effective(name, found.text, found.origin)
            fail(name, found.text, found.origin, .wrongType(expected: expected))
            return fallback
        }
        effective(name, spell(value), found.origin)
        guard accept(value) else {
            fail(name, String(found.text.prefix(200)), found.origin, .outOfRange(allowed: allowed))
            return fallback
        }
        return value
    }

    private func fail(_ name: String, _ value: String?, _ origin: SettingOrigin, _ reason: SettingsError.Reason) {
        recorder.record([SettingsError(key: key(name), value: value, origin: origin, reason: reason)])
    }

    private static func integer(_ text: String) -> Int? {
        Int(text.filter { $0 != "_" })
    }
}

extension ClosedRange {
    fileprivate var spelled: String { "\(lowerBound)…\(upperBound)" }
}

extension StringProtocol {
    func trimmingSpaces() -> String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        let tail = drop(while: isSpace)
        guard let last = tail.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(tail[...last])
    }
}
