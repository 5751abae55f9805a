/// The calls of Proxy, FlexFlows, Sync, Serverless and token validation.
enum LegacyRoutes {
    static let maxPageSize = 1_000

    static let routes: [RestRoute] =
        flows + channels + proxy + proxyParts + sync + syncItems + serverless + builds + tokens
}
