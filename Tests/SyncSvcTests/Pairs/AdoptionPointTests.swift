import Events
import Testing

@testable import SyncSvc

@Suite struct AdoptionPointTests {
    func messages(_ bodies: String...) throws -> [ProjectMessage] {
        try bodies.enumerated().map { index, body in
            let sid = try MessageSID("IM" + String(repeating: "\(index % 10)", count: 32))
            return ProjectMessage(sid: sid, index: index, body: body, attributes: JSONObject())
        }
    }

    @Test("What both sides say in the same order was copied, what follows was not")
    func tail() throws {
        let flex = try messages("hello", "ok", "ok", "new")
        let frontline = try messages("hello", "ok", "ok", "from the app")
        #expect(AdoptionPoint.index(own: flex, other: frontline, last: 3) == 2)
        #expect(AdoptionPoint.index(own: frontline, other: flex, last: 3) == 2)
    }

    @Test("What the sample has lost in the middle stays lost; an empty side begins at the start")
    func gaps() throws {
        let flex = try messages("one", "lost", "two")
        #expect(AdoptionPoint.index(own: flex, other: try messages("one", "two"), last: 2) == 2)
        #expect(AdoptionPoint.index(own: [], other: flex, last: -1) == -1)
        #expect(AdoptionPoint.index(own: flex, other: [], last: 2) == 2)
    }
}
