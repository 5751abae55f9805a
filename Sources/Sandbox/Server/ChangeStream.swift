import DequeModule
import Events

/// The last changes of all projects, numbered, and those who listen to them.
///
/// A listener that comes back with the number of the last change it saw gets what it missed, if that is still in the
/// buffer; otherwise an event `reset`, after which it has to read the world again.
final class ChangeStream {
    /// Changes that are kept for listeners that come back.
    static let bufferLimit = 4_096
    /// Listeners at once; further ones are refused with 503.
    static let listenerLimit = 256

    /// How often a comment is written.
    static let pulse: Duration = .seconds(15)

    private struct Entry {
        let number: UInt64
        let project: String
        let change: Change
    }

    private struct Listener {
        let sink: any ByteSink
        /// nil hears all projects.
        let project: String?
    }

    private var entries: Deque<Entry> = []
    private var listeners: [Listener] = []
    /// The number of the newest change.
    private(set) var number: UInt64 = 0

    var isFull: Bool { listeners.count >= Self.listenerLimit }

    /// Numbers changes and shows them to who listens.
    func publish(_ changes: [Change], project: String) {
        for change in changes {
            number += 1
            let entry = Entry(number: number, project: project, change: change)
            if entries.count >= Self.bufferLimit { entries.removeFirst() }
            entries.append(entry)
            guard !listeners.isEmpty else { continue }
            let bytes = Self.render(entry)
            for listener in listeners where listener.project == nil || listener.project == project {
                if !listener.sink.write(bytes) { drop(listener.sink) }
            }
        }
    }

    /// Tells of a request or a webhook: live only, without a number and not kept.
    func announce(_ kind: Change.Kind, project: String, _ fields: (inout JSONFields) -> Void) {
        guard !listeners.isEmpty else { return }
        var json = JSONFields(capacity: 256)
        fields(&json)
        let bytes = Array("event: \(kind.rawValue)\ndata: ".utf8) + json.bytes + [10, 10]
        for listener in listeners where listener.project == nil || listener.project == project {
            if !listener.sink.write(bytes) { drop(listener.sink) }
        }
    }

    /// Keeps connections alive through whatever lies between; every ``pulse``.
    func beat() {
        for listener in listeners where !listener.sink.write(Array(": \n\n".utf8)) { drop(listener.sink) }
    }

    /// Begins to serve a listener.
    ///
    /// - Parameters:
    ///   - sink: Its connection.
    ///   - project: The project it wants to hear of, nil for all.
    ///   - last: Its `Last-Event-ID`, if it sent one.
    func listen(_ sink: any ByteSink, project: String?, after last: UInt64?) {
        var bytes = Array("retry: 1000\n\n".utf8)
        if let last, last < number {
            if let first = entries.first, first.number <= last + 1 {
                for entry in entries where entry.number > last && (project == nil || entry.project == project) {
                    bytes += Self.render(entry)
                }
            } else {
                bytes += Array("id: \(number)\nevent: reset\ndata: {}\n\n".utf8)
            }
        } else if let last, last > number {
            // Of an earlier run of this process.
            bytes += Array("id: \(number)\nevent: reset\ndata: {}\n\n".utf8)
        }
        guard sink.write(bytes) else { return sink.close() }
        listeners.append(Listener(sink: sink, project: project))
    }

    /// Tells every listener to read the world again, as after a reset of it.
    func reset() {
        number += 1
        entries.removeAll()
        let bytes = Array("id: \(number)\nevent: reset\ndata: {}\n\n".utf8)
        for listener in listeners where !listener.sink.write(bytes) { drop(listener.sink) }
    }

    /// Forgets a listener whose connection is gone.
    func ended(_ sink: any ByteSink) {
        listeners.removeAll { $0.sink === sink }
    }

    /// Ends every connection.
    func close() {
        let sinks = listeners.map(\.sink)
        listeners = []
        for sink in sinks { sink.close() }
    }

    /// A listener that does not keep up loses its connection, not its place: it comes back with its last number.
    private func drop(_ sink: any ByteSink) {
        ended(sink)
        sink.close()
    }

    private static func render(_ entry: Entry) -> [UInt8] {
        var json = JSONFields(capacity: 256)
        json.text("project", entry.project)
        json.text("action", entry.change.action.rawValue)
        json.text("at", entry.change.at.rfc3339)
        entry.change.fields(&json)
        return Array("id: \(entry.number)\nevent: \(entry.change.kind.rawValue)\ndata: ".utf8) + json.bytes + [10, 10]
    }
}
