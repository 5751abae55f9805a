public import Events

/// Whom an extension reaches.
///
/// JSON: `{"type":"worker","workerSid":"WK…","workerName":"…"}`, `{"type":"queue","queue":"…"}` or
/// `{"type":"number","number":"+34…"}`.
public enum DirectoryTarget: Hashable, Sendable {
    /// One agent; the name is what a person reads, the SID is what routes.
    case worker(sid: WorkerSID, name: String)
    /// A queue, by its name.
    case queue(name: String)
    /// A telephone number in E.164.
    case number(String)
}
