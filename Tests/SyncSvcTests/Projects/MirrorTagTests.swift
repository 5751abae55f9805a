import Events
import Testing

@testable import SyncSvc

@Suite struct MirrorTagTests {
    static let message = "IM" + String(repeating: "1", count: 32)

    @Test("A copy names its source, and how many parts stand before it; a part says which it is")
    func tags() throws {
        let sid = try MessageSID(Self.message)
        let attributes: JSONValue = ["own": true, "patchbay": [:]]
        let copy = MirrorTag.tagged(attributes.object ?? JSONObject(), side: .flex, message: sid, parts: 2)
        #expect(MirrorTag(copy) == .of(side: .flex, message: sid))
        #expect(MirrorTag.parts(copy) == 2 && copy["own"] == true && copy["patchbay"] == nil)
        let part = MirrorTag.part(2, side: .flex, message: sid)
        #expect(MirrorTag(part) == .part(side: .flex, message: sid, number: 2))
        let plain = MirrorTag.tagged(JSONObject(), side: .flex, message: sid)
        #expect(plain[MirrorTag.key] == ["src": "flex", "id": .string(Self.message)])
        #expect(MirrorTag.parts(JSONObject()) == 0)
    }
}
