import Events

/// What has to change so that both projects send their webhooks here, and what was there before.
struct RoutePlan: Sendable {
    /// One difference, for people.
    struct Difference: Hashable, Sendable {
        let field: String
        let present: String
        let wanted: String
    }

    struct Step: Sendable {
        let route: Route
        let present: RouteValues
        let differences: [Difference]
        /// A webhook of somebody else that would not be called any more, and that no relay calls instead.
        let displaced: String?

        var isDone: Bool { differences.isEmpty }
    }

    let steps: [Step]

    /// - Parameters:
    ///   - present: What each route has now.
    ///   - relayed: Addresses that `sync.relay` calls, so that taking their place loses nothing.
    init(_ present: [(route: Route, values: RouteValues)], relayed: Set<String> = []) {
        let ours = Set(present.map(\.route.wanted.location))
        steps = present.map { route, values in
            let isForeign =
                !values.location.isEmpty && !ours.contains(values.location) && !relayed.contains(values.location)
            return Step(
                route: route, present: values, differences: Self.differences(values, route.wanted),
                displaced: isForeign ? values.location : nil)
        }
    }

    var changes: [Step] { steps.filter { !$0.isDone } }

    static func differences(_ present: RouteValues, _ wanted: RouteValues) -> [Difference] {
        var found: [Difference] = []
        if present.location != wanted.location {
            found.append(Difference(field: "url", present: masked(present.location), wanted: masked(wanted.location)))
        }
        if present.overrides != wanted.overrides {
            found.append(
                Difference(
                    field: "overrides", present: present.overrides.sorted().joined(separator: "&"),
                    wanted: wanted.overrides.sorted().joined(separator: "&")))
        }
        if let method = wanted.method, method != present.method?.uppercased() {
            found.append(Difference(field: "method", present: present.method ?? "", wanted: method))
        }
        if wanted.filters != present.filters {
            let had = Set(present.filters ?? [])
            let wants = Set(wanted.filters ?? [])
            let added = wants.subtracting(had).sorted().map { "+\($0)" }
            let removed = had.subtracting(wants).sorted().map { "-\($0)" }
            found.append(
                Difference(
                    field: "events", present: present.filters == nil ? "all" : "\(had.count)",
                    wanted: wanted.filters == nil ? "all" : (added + removed).joined(separator: " ")))
        }
        if let count = wanted.retryCount, count != present.retryCount {
            found.append(
                Difference(
                    field: "retries", present: present.retryCount.map { String($0) } ?? "0", wanted: String(count)))
        }
        return found
    }

    /// An address without the user and password that may stand in it.
    static func masked(_ url: String) -> String {
        guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else { return url }
        let start = url.index(colon, offsetBy: 3)
        let authority = url[start...].prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@") else { return url }
        return url[..<start] + "***@" + url[url.index(after: at)...]
    }
}

/// The values that routes had before they were changed.
struct SavedRoutes: Equatable, Sendable {
    struct Entry: Equatable, Sendable {
        let name: String
        let sid: String
        /// What it had.
        let before: RouteValues
        /// What it was given.
        let applied: RouteValues
    }

    let at: Timestamp
    let entries: [Entry]

    var json: JSONValue {
        [
            "savedAt": .string(at.rfc3339),
            "routes": .array(
                entries.map { entry in
                    [
                        "route": .string(entry.name), "sid": .string(entry.sid), "before": entry.before.json,
                        "applied": entry.applied.json,
                    ]
                }),
        ]
    }

    init(at: Timestamp, entries: [Entry]) {
        self.at = at
        self.entries = entries
    }

    /// - Parameter json: What ``json`` gave; nil when it is something else.
    init?(_ json: JSONValue) {
        guard let time = json["savedAt"]?.string, let at = try? Timestamp(rfc3339: time),
            let routes = json["routes"]?.array
        else { return nil }
        var entries: [Entry] = []
        for route in routes {
            guard let name = route["route"]?.string, let sid = route["sid"]?.string,
                let before = RouteValues(route["before"]), let applied = RouteValues(route["applied"])
            else { return nil }
            entries.append(Entry(name: name, sid: sid, before: before, applied: applied))
        }
        self.init(at: at, entries: entries)
    }

    /// This apply's record over an earlier one's: each route keeps the values that it had before the first of them.
    ///
    /// - Parameter earlier: What the file of earlier applies has, those that were rolled back taken out.
    /// - Returns: The record that a rollback starts from.
    func merged(over earlier: SavedRoutes) -> SavedRoutes {
        func index(_ entry: Entry, in entries: [Entry]) -> Int? {
            entries.firstIndex { $0.name == entry.name && $0.sid == entry.sid }
        }
        var merged = earlier.entries
        for entry in entries {
            if let old = index(entry, in: merged) {
                merged[old] = Entry(
                    name: entry.name, sid: entry.sid, before: merged[old].before, applied: entry.applied)
            } else {
                merged.append(entry)
            }
        }
        return SavedRoutes(at: earlier.at, entries: merged)
    }

    /// What is left of the record when these have their old values again.
    func without(_ restored: [Entry]) -> SavedRoutes {
        SavedRoutes(at: at, entries: entries.filter { !restored.contains($0) })
    }

    /// What a rollback gives back, and what somebody else has changed since.
    ///
    /// - Parameters:
    ///   - present: What each route has now, by its name.
    ///   - force: Take back also what somebody has changed since.
    /// - Returns: What to restore, the last applied first, and the names of routes that somebody changed.
    func rollback(
        present: [String: RouteValues], force: Bool
    ) -> (restore: [Entry], changedSince: [String]) {
        var restore: [Entry] = []
        var changed: [String] = []
        for entry in entries.reversed() {
            guard let now = present[entry.name] else { continue }
            if RoutePlan.differences(now, entry.before).isEmpty { continue }
            let isUntouched = RoutePlan.differences(now, entry.applied).isEmpty
            if !isUntouched { changed.append(entry.name) }
            if isUntouched || force { restore.append(entry) }
        }
        return (restore, changed)
    }
}
