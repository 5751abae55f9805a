import Testing
import Wire

/// What is not of this protocol is refused with a code.
@Suite struct MalformedBodyTests {
    private func code(_ body: [UInt8], _ type: FrameType) -> String? {
        do {
            _ = try body.withUnsafeBytes { try Reencoding.body(type, $0) }
            return nil
        } catch let error as WireError {
            return error.code
        } catch {
            return "\(error)"
        }
    }

    @Test("a header is 16 bytes of version 1 with a known type")
    func header() {
        func code(_ frame: [UInt8]) -> String? {
            do {
                _ = try frame.withUnsafeBytes { try FrameHeader($0) }
                return nil
            } catch let error as WireError {
                return error.code
            } catch {
                return "\(error)"
            }
        }
        let good = [UInt8](FrameHeader(.ping, session: 7, ref: 9), body: [])
        #expect(code(good) == nil)
        for length in 0..<16 { #expect(code(Array(good.prefix(length))) == "wire.truncated") }
        var other = good
        other[0] = 2
        #expect(code(other) == "wire.unsupported_version")
        let known = Set(FrameType.allCases.map(\.rawValue))
        for type in UInt8.min...UInt8.max where !known.contains(type) {
            other = good
            other[1] = type
            #expect(code(other) == "wire.unknown_type")
        }
    }

    @Test(
        "fixed bodies that are too short are truncated",
        arguments: [
            (FrameType.credit, 16), (.leave, 4), (.publish, 4), (.mapGet, 4), (.mapList, 8), (.call, 8),
            (.settle, 20),
            (.published, 4), (.deliver, 8), (.records, 24), (.settled, 16), (.revoked, 8),
        ])
    func tooShort(type: FrameType, needed: Int) {
        for length in 0..<needed {
            #expect(
                code(Array(repeating: 0, count: length), type) == "wire.truncated", "\(type) \(length)")
        }
    }

    @Test(
        "a count that the body cannot hold is refused before anything is reserved for it",
        arguments: [
            FrameType.publish, .deliver, .records, .revoked, .mapEntries, .published,
        ])
    func hugeCount(type: FrameType) {
        for place in 0..<6 {
            var body = [UInt8](repeating: 0, count: 32)
            body.set(u32: .max, at: place * 4)
            _ = code(body, type)
        }
        let all = [UInt8](repeating: 0xFF, count: 32)
        #expect(code(all, type)?.hasPrefix("wire.") == true)
    }

    @Test("a settle with huge counts, unknown kinds or bytes left over is refused")
    func settle() {
        var body: [UInt8] = []
        SettleBody.encode(subscription: 1, isAtomic: true, outcomes: [], into: &body)
        #expect(code(body, .settle) == nil)
        #expect(code(body + [0], .settle) == "wire.malformed")
        for place in [8, 12, 16] {
            var huge = body
            huge.set(u32: .max, at: place)
            #expect(code(huge, .settle)?.hasPrefix("wire.") == true)
        }
        var outcome: [UInt8] = []
        SettleBody.encode(
            subscription: 1, isAtomic: false, outcomes: [.init(delivery: 1, kind: .ack, reason: "why")],
            into: &outcome)
        for kind: UInt8 in [0, 5, 255] {
            outcome[28] = kind
            #expect(code(outcome, .settle) == "wire.malformed")
        }
        var write: [UInt8] = []
        SettleBody.encode(
            subscription: 0, isAtomic: true, outcomes: [], writes: [.init(.put, map: "m", key: "k")],
            into: &write)
        for operation: UInt8 in [0, 3, 255] {
            write[20] = operation
            #expect(code(write, .settle) == "wire.malformed")
        }
    }

    @Test(
        "a settle publishes events and nothing else",
        arguments: [RecordKind.mapPut, .settlement, .redrive, .group])
    func settlePublishes(kind: RecordKind) {
        var record: [UInt8] = []
        record.putRecord(kind: kind, topic: "a".utf8, key: "k".utf8, id: "".utf8, payload: [])
        var body: [UInt8] = []
        SettleBody.encode(
            subscription: 0, isAtomic: true, outcomes: [], publishes: [record], into: &body)
        #expect(code(body, .settle) == "wire.malformed")
    }

    @Test("a reply has a known status")
    func reply() {
        for status: UInt8 in 4...255 { #expect(code([status, 0, 0, 0], .reply) == "wire.malformed") }
        #expect(code([0, 0, 0], .reply) == "wire.malformed")
    }

    @Test("a record whose names exceed its length is none", arguments: [6, 8, 10])
    func recordNames(place: Int) {
        var record: [UInt8] = []
        record.putRecord(kind: .event, topic: "a".utf8, key: "k".utf8, id: "i".utf8, payload: [1])
        record[place] = 0xFF
        #expect(record.withUnsafeBytes { RecordView(in: $0, at: 0) == nil })
    }

    @Test(
        "a record's length is at least its header's and at most what is there",
        arguments: [0, 7, 13, UInt32.max])
    func recordLength(length: UInt32) {
        var record: [UInt8] = []
        record.putRecord(kind: .event, topic: "a".utf8, key: "k".utf8, id: "i".utf8, payload: [])
        record.set(u32: length, at: 0)
        #expect(record.withUnsafeBytes { RecordView(in: $0, at: 0) == nil })
    }

    @Test(
        "JSON that is none, of another shape, or deeply nested is malformed",
        arguments: [
            "", "{", "[]", "null", "7", #"{"versions":"1"}"#, #"{"role":1}"#,
            String(repeating: "[", count: 100_000), String(repeating: #"{"a":"#, count: 50_000),
        ])
    func json(text: String) {
        for type: FrameType in [.hello, .join, .serve, .unserve, .admin, .welcome, .joined, .failure] {
            #expect(code(Array(text.utf8), type) == "wire.malformed", "\(type)")
        }
    }

    @Test("unknown keys are passed over and optional ones may be left out")
    func lenient() throws {
        let text = #"{"group":"g","config":{"filters":["a"],"colour":"red"},"later":[1,{"x":null}]}"#
        let join = try ControlJSON.decode(JoinRequest.self, from: Array(text.utf8))
        #expect(join.config == GroupConfig(filters: ["a"]))
        #expect(!join.update)
    }
}
