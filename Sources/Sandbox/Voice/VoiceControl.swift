/// How people act on what is in this folder, below `/sandbox/v1/`.
enum VoiceControl {
    static let routes: [RestRoute] = []
}
