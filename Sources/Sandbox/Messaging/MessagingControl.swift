/// How customers and agents act in conversations, below `/sandbox/v1/`.
enum MessagingControl {
    static let routes: [RestRoute] = []
}
