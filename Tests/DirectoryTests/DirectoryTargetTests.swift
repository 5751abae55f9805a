import Directory
import Events
import Testing

@Suite("Directory target")
struct DirectoryTargetTests {
    @Test("Targets of different kinds are never equal")
    func kinds() {
        #expect(DirectoryTarget.queue(name: "Sales") != .number("Sales"))
    }
}
