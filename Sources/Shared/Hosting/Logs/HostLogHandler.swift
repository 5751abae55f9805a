import Glibc
public import Logging

/// Writes log lines as text for people or as JSON for collectors, to standard error.
///
/// Text: `2026-11-19T10:20:30.123Z info  broker: Journal opened  offset=12 path=/var/lib/…`, coloured on a terminal
/// unless `NO_COLOR` is set. JSON: one object a line with `time`, `level`, `service`, `message` and the metadata under
/// `fields`.
public struct HostLogHandler: LogHandler {
    /// What all loggers of a process share.
    final class Sink: Sendable {
        let service: String
        let format: CommonSettings.LogFormat
        let isColoured: Bool
        let writer: LineWriter

        init(service: String, format: CommonSettings.LogFormat, isColoured: Bool, descriptor: Int32 = STDERR_FILENO) {
            self.service = service
            self.format = format
            self.isColoured = isColoured
            writer = LineWriter(descriptor: descriptor) { dropped in
                let event = LogLine(
                    time: Timestamp.now(), level: .warning, service: service,
                    message: "Log lines were dropped because nobody read them in time",
                    metadata: [(LogKeys.count, String(dropped))])
                return event.bytes(format: format, isColoured: isColoured)
            }
        }
    }

    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    public var logLevel: Logger.Level
    private let sink: Sink

    init(sink: Sink, level: Logger.Level) {
        self.sink = sink
        logLevel = level
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() {
            fields.merge(provided) { _, new in new }
        }
        if let own = event.metadata {
            fields.merge(own) { _, new in new }
        }
        if let error = event.error {
            fields[LogKeys.error] = "\(error)"
        }
        let line = LogLine(
            time: Timestamp.now(), level: event.level, service: sink.service, message: event.message.description,
            metadata: fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) })
        sink.writer.write(line.bytes(format: sink.format, isColoured: sink.isColoured))
    }
}
