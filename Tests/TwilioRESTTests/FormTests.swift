import Events
import TestSupport
import Testing
import Twilio

@testable import TwilioREST

@Suite("Forms")
struct FormTests {
    @Test("Nil is left out, lists repeat their name, times and truth are written as the provider reads them")
    func values() throws {
        let form = Form.with {
            $0.add("A", nil as String?)
            $0.add("Filters", ["x", "y z"])
            $0.add("Flag", false)
            $0.add("Number", 3)
            $0.add("Body", "a&b=c+d%é")
            $0.add("Empty", "")
            $0.add("Timers.Closed", "PT10M")
        }
        #expect(
            String(decoding: form.bytes, as: UTF8.self)
                == "Filters=x&Filters=y+z&Flag=false&Number=3&Body=a%26b%3Dc%2Bd%25%C3%A9&Empty=&Timers.Closed=PT10M")
        let time = try Timestamp(rfc3339: "2026-11-24T09:30:00.250Z")
        let timed = Form.with { $0.add("T", time) }
        #expect(timed.bytes == Array("T=2026-11-24T09%3A30%3A00.250Z".utf8))
    }

    @Test("Whatever is written, the Gateway's decoder reads it back", arguments: 0..<6)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("aZ9 &=+%\u{0}é~\u{1F600}\"\\{}")
        for _ in 0..<200 {
            var form = Form()
            var pairs: [String] = []
            for index in 0..<random.int(1...6) {
                let value = String((0..<random.int(0...20)).map { _ in alphabet[random.int(0...(alphabet.count - 1))] })
                form.add("Name\(index)", value)
                pairs.append(value)
            }
            let read = try FormParameters(decoding: form.bytes, limits: FormLimits())
            for (index, value) in pairs.enumerated() { #expect(read.first("Name\(index)") == value, "seed \(seed)") }
        }
    }

    @Test("A multipart body's boundary does not occur in its file, and a name cannot end its header")
    func multipart() {
        var form = MultipartForm(avoiding: Array("x patchbay-0 y".utf8))
        form.add("Path", "/a.json")
        form.add("Content", Array("x patchbay-0 y".utf8), filename: "a\"\r\nX: y", contentType: "application/json")
        #expect(form.contentType == "multipart/form-data; boundary=patchbay-1")
        #expect(
            String(decoding: form.bytes, as: UTF8.self)
                == "--patchbay-1\r\nContent-Disposition: form-data; name=\"Path\"\r\n\r\n/a.json\r\n"
                + "--patchbay-1\r\nContent-Disposition: form-data; name=\"Content\"; filename=\"a__X: y\"\r\n"
                + "Content-Type: application/json\r\n\r\nx patchbay-0 y\r\n--patchbay-1--\r\n")
    }
}
