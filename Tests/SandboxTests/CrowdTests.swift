import Events
import Testing

@testable import Sandbox

@Suite("Crowd")
struct CrowdTests {
    private let noon = Timestamp(unixNanoseconds: 1_800_000_000_000_000_000)

    @Test("A crowd writes each number once, at its rate on average, and a late turn makes up for it")
    func rate() {
        var crowd = Crowd(conversations: ["a"], messages: 100, perSecond: 1_000, began: noon)
        #expect(crowd.due(now: noon) == 0..<1)
        #expect(crowd.due(now: noon.advanced(by: .milliseconds(10))) == 1..<11)
        #expect(crowd.due(now: noon.advanced(by: .milliseconds(10))) == 11..<11)
        #expect(crowd.due(now: noon.advanced(by: .milliseconds(70))) == 11..<71)
        #expect(!crowd.isDone)
        #expect(crowd.due(now: noon.advanced(by: .seconds(9))) == 71..<100)
        #expect(crowd.isDone)
    }

    @Test("A turn writes a bounded number of messages, however late it comes")
    func bound() {
        var crowd = Crowd(conversations: ["a"], messages: 10_000, perSecond: 10_000, began: noon)
        #expect(crowd.due(now: noon.advanced(by: .seconds(1))).count == Crowd.turnLimit)
    }
}
