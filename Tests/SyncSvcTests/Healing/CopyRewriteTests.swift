import Events
import Testing

@testable import SyncSvc

@Suite("What a copy has to say") struct CopyRewriteTests {
    private let id = "IM" + String(repeating: "1", count: 32)

    private func file(_ name: String, _ size: Int) throws -> ProjectMedia {
        let sid = "ME" + String(repeating: size % 2 == 0 ? "a" : "b", count: 32)
        return ProjectMedia(sid: try MediaSID(sid), contentType: "image/png", filename: name, size: size)
    }

    private func message(_ body: String?, _ media: [ProjectMedia] = [], _ attributes: JSONObject = JSONObject()) throws
        -> ProjectMessage
    {
        ProjectMessage(sid: try MessageSID(id), index: 0, body: body, attributes: attributes, media: media)
    }

    private func copied(parts: Int = 0) throws -> JSONObject {
        MirrorTag.tagged(JSONObject(), side: .flex, message: try MessageSID(id), parts: parts)
    }

    @Test("A copy that says what its original says is left alone, with its files on the way in parts too")
    func same() throws {
        let files = [try file("a", 1), try file("b", 2)]
        let source = try message("see", files)
        let copy = try message("see", [files[1]], try copied(parts: 1))
        #expect(CopyRewrite(copy, parts: [files[0]], of: source, from: .flex) == nil)
    }

    @Test("An edited text is written, and the number of parts stays")
    func edited() throws {
        let files = [try file("a", 1), try file("b", 2)]
        let copy = try message("see", [files[1]], try copied(parts: 1))
        let rewrite = try #require(CopyRewrite(copy, parts: [files[0]], of: try message("look", files), from: .flex))
        #expect(rewrite.body == "look")
        #expect(rewrite.attributes == (try copied(parts: 1)))
    }

    @Test("A file that the copy lacks cannot be added: it is told of, once")
    func lacking() throws {
        let source = try message("see", [try file("a", 1), try file("a", 1), try file("b", 2)])
        let parts = [try file("a", 1)]
        let copy = try message("see", [], try copied())
        let rewrite = try #require(CopyRewrite(copy, parts: parts, of: source, from: .flex))
        #expect(rewrite.body == "see\n[a, b]")
        let mended = try message(rewrite.body, [], rewrite.attributes)
        #expect(CopyRewrite(mended, parts: parts, of: source, from: .flex) == nil)
    }

    @Test("What the plan cannot do is left out of it")
    func plan() throws {
        let diff = PairDiff(
            flex: [PairDiffTests.own("f1", 0, body: "new")], frontline: [PairDiffTests.copy("f1", .flex, 0)])
        #expect(RepairPlan(diff).steps.count == 1)
        #expect(RepairPlan(diff) { _ in false }.isEmpty)
    }
}
