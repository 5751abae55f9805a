/// How people act on what is in this folder, below `/sandbox/v1/`.
enum TaskRouterControl {
    static let routes: [RestRoute] = []
}
