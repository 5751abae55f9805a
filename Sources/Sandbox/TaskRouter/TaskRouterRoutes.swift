/// The calls of TaskRouter.
enum TaskRouterRoutes {
    static let routes: [RestRoute] = []
}
