import Glibc
import Logging
import Testing

@testable import Hosting

@Suite struct LogTests {
    static let line = LogLine(
        time: Timestamp(milliseconds: 1_700_000_000_123), level: .warning, service: "broker",
        message: "A \"quoted\"\nmessage", metadata: [("path", "/a b"), ("count", "3"), ("reason", "x\u{1B}[31m\ny")])

    @Test("JSON is one valid object a line, whatever is in it")
    func json() {
        let text = String(decoding: Self.line.bytes(format: .json, isColoured: true), as: UTF8.self)
        #expect(
            text == #"{"time":"2023-11-14T22:13:20.123Z","level":"warning","service":"broker","#
                + #""message":"A \"quoted\"\nmessage","fields":{"path":"/a b","count":"3","#
                + #""reason":"x\u001b[31m\ny"}}"#)
    }

    @Test("Text is one line that cannot steer a terminal")
    func text() {
        let text = String(decoding: Self.line.bytes(format: .text, isColoured: false), as: UTF8.self)
        #expect(
            text == #"2023-11-14T22:13:20.123Z warning  broker: A "quoted" message path="/a b" count=3 "#
                + #"reason="x\u001b[31m\ny""#)
        let coloured = String(decoding: Self.line.bytes(format: .text, isColoured: true), as: UTF8.self)
        #expect(coloured.contains("\u{1B}[33mwarning \u{1B}[0m broker:"))
    }

    /// A pipe whose reading end nobody empties by itself.
    struct Pipe {
        let read, write: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            (read, write) = (ends[0], ends[1])
        }

        /// Takes what is in the pipe now.
        func drain() -> String {
            var bytes: [UInt8] = []
            var request = pollfd(fd: read, events: Int16(POLLIN), revents: 0)
            while poll(&request, 1, 0) > 0 {
                var chunk = [UInt8](repeating: 0, count: 65_536)
                let count = Glibc.read(read, &chunk, chunk.count)
                guard count > 0 else { break }
                bytes += chunk[..<count]
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test("A reader that stops costs callers one short wait, and learns how many lines it missed")
    func stuckReader() throws {
        let pipe = try Pipe()
        let writer = LineWriter(descriptor: pipe.write) { Array("dropped \($0)".utf8) }
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000)
        let clock = ContinuousClock()
        let time = clock.measure {
            for _ in 0..<1_000 { writer.write(line) }
        }
        #expect(time < .seconds(20), "a thousand waits would take \(LineWriter.patienceMilliseconds * 1_000) ms")
        let dropped = writer.dropped
        #expect((1..<1_000).contains(dropped))
        _ = pipe.drain()
        writer.write(Array("after".utf8))
        #expect(pipe.drain() == "dropped \(dropped)\nafter\n")
    }

    @Test("A reader that is gone is no error")
    func goneReader() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = try Pipe()
        close(pipe.read)
        let writer = LineWriter(descriptor: pipe.write) { _ in [] }
        writer.write(Array("line".utf8))
        #expect(writer.dropped == 1)
    }

    @Test("A line is cut at its limit")
    func longLine() throws {
        let pipe = try Pipe()
        let writer = LineWriter(descriptor: pipe.write) { _ in [] }
        writer.write([UInt8](repeating: UInt8(ascii: "x"), count: 20_000))
        #expect(pipe.drain().utf8.count == LineWriter.lineBytesLimit + 1)
    }

    @Test("Metadata of the logger, the line and an error come together")
    func handler() throws {
        let pipe = try Pipe()
        let sink = HostLogHandler.Sink(service: "sync", format: .json, isColoured: false, descriptor: pipe.write)
        var logger = Logger(label: "x") { _ in HostLogHandler(sink: sink, level: .info) }
        logger[metadataKey: LogKeys.project] = "flex"
        logger.debug("not written")
        logger.info("Written", metadata: [LogKeys.count: "2"])
        let text = pipe.drain()
        #expect(text.hasSuffix(#""message":"Written","fields":{"count":"2","project":"flex"}}"# + "\n"))
        #expect(text.split(separator: "\n").count == 1)
    }
}
