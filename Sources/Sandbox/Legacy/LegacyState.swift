/// What a project has of Proxy, FlexFlows, Sync and Serverless.
struct LegacyState: Sendable {}

extension World {
    /// Makes what the project begins with.
    mutating func seedLegacy() {}
}
