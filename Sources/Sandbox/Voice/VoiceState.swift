/// What a project has of calls and conferences.
struct VoiceState: Sendable {}

extension World {
    /// Makes what the project begins with.
    mutating func seedVoice() {}
}
