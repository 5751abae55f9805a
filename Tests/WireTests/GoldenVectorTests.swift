import Testing
import Wire

/// The Swift side of the golden messages that the Python client wrote.
@Suite struct GoldenVectorTests {
    @Test("the fixtures are there, one at least for every type of message")
    func complete() {
        #expect(GoldenVector.all.count >= 50)
        let types = GoldenVector.frames.map { vector in vector.bytes[1] }
        for type in FrameType.allCases {
            #expect(types.contains(type.rawValue), "no golden message of \(type)")
        }
    }

    @Test("a golden message is decoded and written to the same bytes", arguments: GoldenVector.frames)
    func frame(vector: GoldenVector) throws {
        let bytes = vector.bytes
        let again = try bytes.withUnsafeBytes { frame in
            let header = try FrameHeader(frame)
            let body = frame.slice(FrameHeader.byteCount, frame.count - FrameHeader.byteCount)
            return [UInt8](header, body: try Reencoding.body(header.type, body))
        }
        #expect(again == bytes)
    }

    @Test(
        "a golden record is decoded and written to the same bytes",
        arguments: GoldenVector.all.filter {
            $0.name.hasPrefix("record-")
        })
    func record(vector: GoldenVector) throws {
        let bytes = vector.bytes
        var again: [UInt8] = []
        try bytes.withUnsafeBytes { raw in
            let record = try #require(RecordView(in: raw, at: 0))
            try Reencoding.put(record, into: &again)
        }
        #expect(again == bytes)
    }

    @Test("the golden batch has a good checksum and is written to the same bytes")
    func batch() throws {
        let vector = try #require(GoldenVector.all.first { $0.name == "batch" })
        let bytes = vector.bytes
        #expect(try bytes.withUnsafeBytes { try Reencoding.batch($0) } == bytes)
        for place in bytes.indices where place < 64 || place >= 72 {
            var flipped = bytes
            flipped[place] ^= 0x10
            #expect(!flipped.withUnsafeBytes { BatchHeader.isIntact($0) }, "byte \(place)")
        }
    }

    @Test(
        "a message that is cut off anywhere is an error or a shorter message, never a trap",
        arguments: GoldenVector.frames)
    func cutOff(vector: GoldenVector) {
        let bytes = vector.bytes
        for length in 0..<bytes.count {
            Array(bytes.prefix(length)).withUnsafeBytes { frame in
                guard let header = try? FrameHeader(frame) else {
                    #expect(length < FrameHeader.byteCount)
                    return
                }
                let body = frame.slice(FrameHeader.byteCount, frame.count - FrameHeader.byteCount)
                guard let again = try? Reencoding.body(header.type, body) else { return }
                #expect(
                    again == Array(body), "\(vector.name) cut to \(length) bytes reads as something else")
            }
        }
    }

    @Test("random changes of golden messages never trap a decoder", arguments: 1...10)
    func fuzz(seed: UInt64) {
        var state = seed
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        for vector in GoldenVector.frames {
            for _ in 0..<60 {
                var bytes = vector.bytes
                for _ in 0...(next() % 4) {
                    let place = FrameHeader.byteCount + next() % max(bytes.count - FrameHeader.byteCount, 1)
                    guard place < bytes.count else { continue }
                    bytes[place] = [0, 1, 0x7F, 0xFF, UInt8(next() & 0xFF)][next() % 5]
                }
                bytes.withUnsafeBytes { frame in
                    guard let header = try? FrameHeader(frame) else { return }
                    let body = frame.slice(FrameHeader.byteCount, frame.count - FrameHeader.byteCount)
                    _ = try? Reencoding.body(header.type, body)
                }
            }
        }
    }
}
