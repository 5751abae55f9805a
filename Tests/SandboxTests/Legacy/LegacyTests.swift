import Events
import Testing

@testable import Sandbox

@Suite struct LegacyTests {
    private var project = TestProject { project in
        project.dialect = .chat
        project.workers = ["ana.ruiz"]
    }

    @Test("A FlexFlow makes a channel and a task; the desk joins it escaped and leaves it inactive")
    mutating func flexFlow() throws {
        let flow = try project.post(
            "flex-api/v1/FlexFlows",
            [
                ("FriendlyName", "Outbound SMS"), ("ChatServiceSid", project.world.messaging.defaultServiceSID),
                ("ChannelType", "sms"), ("IntegrationType", "task"), ("Integration.Channel", "sms"),
            ])
        try project.act("workers/ana.ruiz/activity", [("activity", "Available")])
        let channel = try project.post(
            "flex-api/v1/Channels",
            [
                ("FlexFlowSid", flow["sid"]?.string ?? ""), ("Identity", "+34600111222"),
                ("ChatUserFriendlyName", "Zoë"), ("ChatFriendlyName", "Zoë's chat"),
                ("TaskAttributes", "{\"to\":\"+34600111222\"}"),
            ])
        let sid = try #require(channel["sid"]?.string)
        let reservation = try #require(project.world.taskRouter.workspace.reservations.all.first)
        #expect(reservation.taskSID == channel["task_sid"]?.string)
        try project.act("reservations/\(reservation.sid)/accept")
        let position = try #require(project.world.messaging.find(sid, service: nil))
        #expect(
            project.world.messaging[position].participants.compactMap(\.identity) == ["+34600111222", "ana_2Eruiz"])
        try project.act("reservations/\(reservation.sid)/wrapup")
        #expect(project.world.messaging[position].participants.count == 1)
        #expect(project.world.messaging[position].attributes.contains("INACTIVE"))
    }

    @Test("A Proxy session takes a phone's texts into the channel and relays the channel's to it, until it closes")
    mutating func proxy() throws {
        let channel = try project.post("conversations/v1/Conversations")
        let sid = try #require(channel["sid"]?.string)
        let base = "proxy/v1/Services/\(project.world.legacy.proxyServiceSID)/Sessions"
        let session = try project.post(base, [("UniqueName", sid), ("Mode", "message-only")])
        #expect(throws: TwilioProblem.self) { try project.post(base, [("UniqueName", sid)]) }
        for identifier in [sid, "+34600111222"] {
            _ = try project.post(
                "\(base)/\(sid)/Participants", [("Identifier", identifier), ("ProxyIdentifier", "+14155550100")])
        }
        #expect(throws: TwilioProblem.self) {
            try project.post("\(base)/\(sid)/Participants", [("Identifier", "+34600999999")])
        }
        let taken = try project.act("customer/sms", [("from", "+34600111222"), ("body", "hola")])
        #expect(taken["conversation_sid"]?.string == sid)
        let position = try #require(project.world.messaging.find(sid, service: nil))
        #expect(project.world.messaging[position].messages.items.map(\.body) == ["hola"])
        _ = try project.post("conversations/v1/Conversations/\(sid)/Messages", [("Author", "ana"), ("Body", "yes?")])
        let log = try project.get("\(base)/\(session["sid"]?.string ?? "")/Interactions")
        #expect(log["interactions"]?.array?.count == 2)
        _ = try project.post("\(base)/\(sid)", [("Status", "closed")])
        let isRelayedLate = project.world.proxyRelays(channel: sid, author: "ana", body: "still?")
        let takenLate = project.world.proxyTakes(from: "+34600111222", to: "+14155550100", body: "still?")
        #expect(!isRelayedLate && takenLate == nil)
    }

    @Test("Sync map items: unique keys, revisions that must match, pages in the order of keys")
    mutating func sync() throws {
        let base = "sync/v1/Services/default/Maps"
        let map = try project.post(base, [("UniqueName", "agents")])
        let items = "\(base)/\(map["sid"]?.string ?? "")/Items"
        for key in ["b", "a", "c"] { _ = try project.post(items, [("Key", key), ("Data", "{\"n\":1}")]) }
        #expect(throws: TwilioProblem.self) { try project.post(items, [("Key", "a"), ("Data", "{}")]) }
        let page = try project.get("\(base)/agents/Items", [("PageSize", "2")])
        #expect(page["items"]?.array?.compactMap { $0["key"]?.string } == ["a", "b"])
        let item = try project.get("\(items)/a")
        let changed = try project.perform(
            .post, "\(items)/a", form: [("Data", "{\"n\":2}")], ifMatch: item["revision"]?.string)
        #expect(changed.status == 200)
        let error = #expect(throws: TwilioProblem.self) {
            try project.perform(.post, "\(items)/a", form: [("Data", "{}")], ifMatch: item["revision"]?.string)
        }
        #expect(error?.status == 412)
        _ = try project.post(items, [("Key", "brief"), ("Data", "{}"), ("ItemTtl", "5")])
        project.advance(by: .seconds(5))
        #expect(throws: TwilioProblem.self) { try project.get("\(items)/brief") }
    }

    @Test("An asset is uploaded, built in time, and deployed only once the build has completed")
    mutating func serverless() throws {
        let base = "serverless/v1/Services/\(project.world.legacy.serverless.serviceSID)"
        let asset = try project.post("\(base)/Assets", [("FriendlyName", "extensions")])
        let body =
            "--X\r\nContent-Disposition: form-data; name=\"Path\"\r\n\r\n/e.json\r\n--X\r\n"
            + "Content-Disposition: form-data; name=\"Content\"; filename=\"e.json\"\r\n"
            + "Content-Type: application/json\r\n\r\n{\"a\":1}\r\n--X--\r\n"
        let upload = base.replacing("serverless/", with: "serverless-upload/")
        let answer = try project.perform(
            .post, "\(upload)/Assets/\(asset["sid"]?.string ?? "")/Versions", body: Array(body.utf8),
            contentType: "multipart/form-data; boundary=X")
        let version = try #require(try JSONValue(parsing: answer.body)["sid"]?.string)
        #expect(project.world.legacy.serverless.versions[version]?.content == Array("{\"a\":1}".utf8))
        let build = try #require(try project.post("\(base)/Builds", [("AssetVersions", version)])["sid"]?.string)
        let environment = project.world.legacy.serverless.environmentSID
        #expect(throws: TwilioProblem.self) {
            try project.post("\(base)/Environments/\(environment)/Deployments", [("BuildSid", build)])
        }
        project.advance(by: ServerlessProject.buildTime)
        #expect(try project.get("\(base)/Builds/\(build)/Status")["status"]?.string == "completed")
        _ = try project.post("\(base)/Environments/\(environment)/Deployments", [("BuildSid", build)])
        #expect(try project.get("\(base)/Environments/\(environment)")["build_sid"]?.string == build)
    }

    @Test("A Flex token is valid until it expires")
    mutating func token() throws {
        let minted = try project.act("tokens", [("worker", "ana.ruiz"), ("role", "admin"), ("ttl", "60")])
        let body: JSONValue = ["token": minted["token"] ?? .null]
        let path = "iam/v1/Accounts/\(project.world.project.accountSID)/Tokens/validate"
        let good = try project.perform(.post, path, body: body.bytes, contentType: "application/json")
        #expect(try JSONValue(parsing: good.body)["roles"] == ["admin"])
        project.advance(by: .seconds(61))
        let late = try project.perform(.post, path, body: body.bytes, contentType: "application/json")
        #expect(try JSONValue(parsing: late.body)["valid"]?.bool == false)
    }
}
