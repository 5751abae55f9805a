/// The calls of calls and conferences.
enum VoiceRoutes {
    static let routes: [RestRoute] = []
}
