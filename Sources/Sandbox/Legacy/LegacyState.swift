/// What a project has of Proxy, FlexFlows, Sync and Serverless.
struct LegacyState: Sendable {
    var flows = SIDTable<FlexFlow>()
    var channels = SIDTable<FlexChannel>()
    var proxyServiceSID = ""
    var sessions = SIDTable<ProxySession>()
    var syncServiceSID = ""
    var maps = SIDTable<SyncMap>()
    var serverless = ServerlessProject()
    /// Flex tokens that were minted, by their text.
    var tokens: [String: FlexToken] = [:]
}

extension World {
    /// Makes what the project begins with: one service of each product.
    mutating func seedLegacy() {
        legacy.proxyServiceSID = project.proxyServiceSID ?? newSID("KS")
        legacy.syncServiceSID = newSID("IS")
        legacy.serverless = ServerlessProject(
            serviceSID: newSID("ZS"), environmentSID: newSID("ZE"), createdAt: now)
    }
}
