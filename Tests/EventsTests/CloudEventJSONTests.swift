import Events
import TestSupport
import Testing

@Suite struct CloudEventJSONTests {
    @Test("A document is compact CloudEvents JSON, envelope first, payload last")
    func golden() throws {
        var event = try Event(
            id: EventID("EV1"), source: EventSource("/twilio/main"), topic: "task.reserved", key: OrderingKey("WT1"),
            subject: "WT1", time: Timestamp(rfc3339: "2026-11-24T09:30:00.250Z"), data: ["taskSid": "WT1"])
        event.causationID = "c"
        event.correlationID = "WT1"
        event.traceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        event.expiresAt = try Timestamp(rfc3339: "2026-11-24T09:31:00Z")
        event.replayOf = "/x\n1"
        event.extensions["region"] = "eu"
        let expected =
            #"{"specversion":"1.0","id":"EV1","source":"/twilio/main","type":"task.reserved","subject":"WT1","#
            + #""time":"2026-11-24T09:30:00.250Z","datacontenttype":"application/json","partitionkey":"WT1","#
            + #""causationid":"c","correlationid":"WT1","#
            + #""traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","#
            + #""expiresat":"2026-11-24T09:31:00Z","replayof":"/x\n1","region":"eu","data":{"taskSid":"WT1"}}"#
        let document = try CloudEventJSON.encode(event)
        #expect(String(decoding: document, as: UTF8.self) == expected)
        #expect(try CloudEventJSON.decode(document) == event)
    }

    @Test("Any event survives encoding and decoding", arguments: 0..<20)
    func roundTrips(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let event = try Self.event(&random)
            let document = try CloudEventJSON.encode(event)
            #expect(try CloudEventJSON.decode(document) == event, "seed \(seed)")
            #expect(document.allSatisfy { $0 >= 0x20 }, "seed \(seed): a document is one line")
        }
    }

    @Test("Members come in any order, with white space; unknown ones are kept; null counts as absent")
    func decodesLeniently() throws {
        let text = """
            { "data" : { "a" :\t1 ,\r\n "b":[ ] }, "x" : {"deep":[1.0]}, "subject":null, "count": 7,
              "type":"a.b", "source":"/s", "partitionkey":"k", "id":"1" }
            """
        let event = try CloudEventJSON.decode(text.utf8)
        #expect(event.topic == "a.b")
        #expect(event.subject == nil)
        #expect(event.data.json == ["a": 1, "b": []])
        #expect(event.data.bytes.allSatisfy { $0 >= 0x20 })
        #expect(event.extensions["x"]?["deep"]?[0]?.double == 1)
        #expect(event.extensions["count"] == 7)
        #expect(try CloudEventJSON.decode(CloudEventJSON.encode(event)) == event)
    }

    @Test("Without a partition key the subject is the key, and without that the source")
    func defaultsKey() throws {
        let bare = #"{"id":"1","source":"/s","type":"a""#
        #expect(try CloudEventJSON.decode("\(bare)}".utf8).key.text == "/s")
        #expect(try CloudEventJSON.decode("\(bare),\"subject\":\"me\"}".utf8).key.text == "me")
    }

    @Test("Binary payloads travel as Base64")
    func binary() throws {
        let event = try CloudEventJSON.decode(#"{"id":"1","source":"/s","type":"a","data_base64":"AAEC/w=="}"#.utf8)
        #expect(event.data == EventData(binary: [0, 1, 2, 255]))
        #expect(try CloudEventJSON.decode(CloudEventJSON.encode(event)) == event)
    }

    @Test(
        "A document that is no event is refused, naming what is wrong",
        arguments: [
            (#"{"source":"/s","type":"a"}"#, EventError.attributeMissing(name: "id")),
            (#"{"id":"1","type":"a"}"#, .attributeMissing(name: "source")),
            (#"{"id":"1","source":"/s"}"#, .attributeMissing(name: "type")),
            (#"{"id":1,"source":"/s","type":"a"}"#, .attributeInvalid(name: "id", expected: "a string")),
            (
                #"{"specversion":"0.3","id":"1","source":"/s","type":"a"}"#,
                .attributeInvalid(name: "specversion", expected: "1.0")
            ),
            (#"{"id":"a\nb","source":"/s","type":"a"}"#, .idInvalid(sizeBytes: 3)),
            (#"{"id":"1","source":"/s p","type":"a"}"#, .sourceInvalid(sizeBytes: 4)),
            (
                #"{"id":"1","source":"/s","type":"a","time":"yesterday"}"#,
                .attributeInvalid(name: "time", expected: "an RFC 3339 time between 1970 and 2554")
            ),
            (
                #"{"id":"1","source":"/s","type":"a","data_base64":"?"}"#,
                .attributeInvalid(name: "data_base64", expected: "Base64")
            ),
            (#"[]"#, .jsonMalformed(offset: 0, reason: "expected '{'")),
            (#"{"id":"1"} x"#, .jsonMalformed(offset: 11, reason: "something follows the value")),
        ])
    func refuses(text: String, expected: EventError) {
        #expect(throws: expected) { try CloudEventJSON.decode(text.utf8) }
    }

    @Test("Every truncation of a document is refused, never a trap")
    func truncations() throws {
        var random = SeededGenerator(seed: 1)
        let document = try CloudEventJSON.encode(try Self.event(&random))
        for length in 0..<document.count {
            #expect(throws: EventError.self) { try CloudEventJSON.decode(document[..<length]) }
        }
    }

    @Test("Source and id together have 1,024 bytes at most, a document 1 MiB")
    func limits() throws {
        let long = String(repeating: "i", count: 1_000)
        let fits = try Event(
            id: EventID(long), source: EventSource("/" + String(repeating: "s", count: 22)), topic: "a",
            key: OrderingKey("k"))
        #expect(fits.recordID.utf8.count == 1_024)
        _ = try CloudEventJSON.encode(fits)
        var over = fits
        over.source = try EventSource("/" + String(repeating: "s", count: 23))
        #expect(throws: EventError.idInvalid(sizeBytes: 1_025)) { try CloudEventJSON.encode(over) }
        var large = fits
        large.data = EventData(.string(String(repeating: "x", count: 1 << 20)))
        #expect(throws: EventError.self) { try CloudEventJSON.encode(large) }
        #expect(throws: EventError.self) { try OrderingKey(String(repeating: "k", count: 513)) }
        _ = try OrderingKey(String(repeating: "k", count: 512))
    }

    @Test("An extension cannot shadow an attribute")
    func shadowing() throws {
        var event = try Event(id: EventID("1"), source: EventSource("/s"), topic: "a", key: OrderingKey("k"))
        event.extensions["partitionkey"] = "other"
        #expect(throws: EventError.self) { try CloudEventJSON.encode(event) }
    }

    @Test("An imperative is late from its expiry on")
    func expiry() throws {
        var event = try Event(id: EventID("1"), source: EventSource("/s"), topic: "a", key: OrderingKey("k"))
        let deadline = try Timestamp(rfc3339: "2026-11-24T09:30:15Z")
        #expect(!event.isExpired(at: deadline))
        event.expiresAt = deadline
        #expect(!event.isExpired(at: deadline.advanced(by: .nanoseconds(-1))))
        #expect(event.isExpired(at: deadline))
    }

    private static func event(_ random: inout SeededGenerator) throws -> Event {
        var event = try Event(
            id: EventID("id-\(random.int(0...9_999))é"), source: EventSource("/s/\(random.int(0...99))"),
            topic: random.pick(["a", "task.reserved", "x.y-z"]), key: OrderingKey("k" + random.text(upTo: 20)),
            data: .none)
        if random.int(0...2) > 0 { event.subject = random.text(upTo: 12) }
        if random.int(0...2) > 0 { event.time = Timestamp(unixNanoseconds: random.next()) }
        if random.int(0...2) > 0 { event.correlationID = random.text(upTo: 12) }
        if random.int(0...2) > 0 { event.causationID = random.text(upTo: 12) }
        if random.int(0...2) > 0 { event.expiresAt = Timestamp(unixNanoseconds: random.next()) }
        if random.int(0...2) > 0 { event.extensions["x\(random.int(0...9))"] = value(&random, depth: 2) }
        switch random.int(0...2) {
        case 0: event.data = EventData(value(&random, depth: 4))
        case 1: event.data = EventData(binary: Array(random.text(upTo: 30).utf8))
        default: event.data = .none
        }
        return event
    }

    private static func value(_ random: inout SeededGenerator, depth: Int) -> JSONValue {
        switch random.int(0...(depth > 0 ? 6 : 4)) {
        case 0: .null
        case 1: .bool(random.int(0...1) == 0)
        case 2: .number(JSONNumber(Int64(bitPattern: random.next())))
        case 3: JSONNumber(Double(random.int(-999...999)) / 7).map { .number($0) } ?? .null
        case 4: .string(random.text(upTo: 20))
        case 5: .array((0..<random.int(0...4)).map { _ in value(&random, depth: depth - 1) })
        default:
            .object(
                JSONObject(
                    (0..<random.int(0...4)).map { _ in (random.text(upTo: 6), value(&random, depth: depth - 1)) }))
        }
    }
}
