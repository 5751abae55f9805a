/// The calls of Proxy, FlexFlows, Sync and Serverless.
enum LegacyRoutes {
    static let routes: [RestRoute] = []
}
