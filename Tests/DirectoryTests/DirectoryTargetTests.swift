import Directory
import Events
import Testing

@Suite("Directory target and entry")
struct DirectoryTargetTests {
    @Test("Targets of different kinds are never equal")
    func kinds() {
        #expect(DirectoryTarget.queue(name: "Sales") != .number("Sales"))
    }

    @Test(
        "An entry is written in its canonical form and reads back",
        arguments: [
            (
                DirectoryEntry(number: "0042", target: .queue(name: "Ventas \"A\""), spokenName: "Ventas"),
                #"{"number":"0042","target":{"type":"queue","queue":"Ventas \"A\""},"spokenName":"Ventas"}"#
            ),
            (
                DirectoryEntry(
                    number: "7", target: .number("+34911222333"), spokenName: "Guardia",
                    fallback: .queue(name: "Everyone"), validUntil: try Timestamp(rfc3339: "2026-12-01T00:00:00Z")),
                #"{"number":"7","target":{"type":"number","number":"+34911222333"},"spokenName":"Guardia","#
                    + #""fallback":{"type":"queue","queue":"Everyone"},"validUntil":"2026-12-01T00:00:00Z"}"#
            ),
        ])
    func canonical(_ entry: DirectoryEntry, _ text: String) throws {
        #expect(entry.json.description == text)
        #expect(try DirectoryEntry(json: JSONValue(parsing: text.utf8)) == entry)
    }

    @Test(
        "What is no entry is refused by name of the member",
        arguments: [
            (#"{"number":"12a","target":{"type":"queue","queue":"x"},"spokenName":""}"#, "number"),
            (#"{"number":"12","target":{"type":"queue","queue":"x"}}"#, "spokenName"),
            (#"{"number":"12","target":{"type":"team","queue":"x"},"spokenName":""}"#, "type"),
            (#"{"number":"12","target":{"type":"worker","workerSid":"AC1","workerName":"x"},"spokenName":""}"#, "SID"),
            (#"{"number":"12","target":{"type":"number","number":""},"spokenName":""}"#, "number"),
            (
                #"{"number":"12","target":{"type":"queue","queue":"x"},"spokenName":"","validUntil":"soon"}"#,
                "validUntil"
            ),
        ])
    func refused(_ text: String, _ word: String) throws {
        let json = try JSONValue(parsing: text.utf8)
        let error = #expect(throws: DirectoryError.self) { try DirectoryEntry(json: json) }
        #expect(error?.description.contains(word) == true)
    }
}
