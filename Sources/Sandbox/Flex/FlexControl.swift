/// How people act on what is in this folder, below `/sandbox/v1/`.
enum FlexControl {
    static let routes: [RestRoute] = []
}
