import Events

/// Reads and writes the webhook configuration of the providers; over REST in life, a table in tests.
protocol RouteStore: Sendable {
    func read(_ route: Route) async throws -> RouteValues
    func write(_ values: RouteValues, to route: Route) async throws
}

/// Carries a plan out step by step: saved before anything changes, read back after each change, undone when one fails.
struct RouteWork<Store: RouteStore>: Sendable {
    let store: Store

    /// Why a change was not made, with what became of those before it.
    struct Failure: Error, CustomStringConvertible {
        let route: String
        let reason: String
        /// Routes that were put back; the others keep what they were given.
        let restored: [String]
        let notRestored: [String]

        var description: String {
            var text = "\(route): \(reason)"
            if !restored.isEmpty { text += "\nPut back: \(restored.joined(separator: ", "))." }
            if !notRestored.isEmpty {
                text +=
                    "\nCould not be put back: \(notRestored.joined(separator: ", ")). Try 'patchbay routes rollback'."
            }
            return text
        }
    }

    func plan(_ routes: [Route], relayed: Set<String>) async throws -> RoutePlan {
        var present: [(route: Route, values: RouteValues)] = []
        for route in routes { present.append((route, try await store.read(route))) }
        return RoutePlan(present, relayed: relayed)
    }

    /// Applies the changes of a plan.
    ///
    /// - Parameters:
    ///   - plan: What to change.
    ///   - now: When, for the record.
    ///   - save: Keeps the old values; when it throws, nothing has been changed.
    ///   - did: Told of each route that has its values now.
    /// - Throws: ``Failure``, or what `save` throws.
    func apply(
        _ plan: RoutePlan, now: Timestamp, save: (SavedRoutes) throws -> Void, did: (Route) throws -> Void
    ) async throws {
        let changes = plan.changes
        guard !changes.isEmpty else { return }
        try save(
            SavedRoutes(
                at: now,
                entries: changes.map {
                    .init(name: $0.route.name, sid: $0.route.sid, before: $0.present, applied: $0.route.wanted)
                }))
        var done: [RoutePlan.Step] = []
        for step in changes {
            do {
                try await write(step.route.wanted, to: step.route)
                done.append(step)
            } catch {
                // The failed write may have been done after all.
                throw await undo(done + [step], because: error, at: step.route)
            }
            try did(step.route)
        }
    }

    /// Writes and reads back.
    func write(_ values: RouteValues, to route: Route) async throws {
        try await store.write(values, to: route)
        let differences = RoutePlan.differences(try await store.read(route), values)
        guard differences.isEmpty else {
            let fields = differences.map(\.field).joined(separator: ", ")
            throw CommandFailure("\(route.name) was written, but reads back with another \(fields).")
        }
    }

    private func undo(_ steps: [RoutePlan.Step], because error: any Error, at route: Route) async -> Failure {
        var restored: [String] = []
        var failed: [String] = []
        for step in steps.reversed() {
            do {
                try await write(step.present, to: step.route)
                restored.append(step.route.name)
            } catch {
                failed.append(step.route.name)
            }
        }
        let reason = (error as? CommandFailure)?.message ?? "\(error)"
        return Failure(route: route.name, reason: reason, restored: restored, notRestored: failed)
    }
}
