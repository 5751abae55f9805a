import Logging

/// Passes warnings and worse on and drops everything else, metadata of single requests included.
struct QuietLogHandler: LogHandler {
    let base: Logger
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .warning }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        base.log(level: event.level, event.message, metadata: event.metadata)
    }
}
