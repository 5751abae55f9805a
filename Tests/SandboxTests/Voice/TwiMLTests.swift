import Events
import Testing

@testable import Sandbox

@Suite struct TwiMLTests {
    @Test("The verbs that are played")
    func verbs() throws {
        let document = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- menu -->
            <Response>
              <Say voice="alice">A &lt;b&gt; &#233;&#x41;</Say>
              <Gather numDigits="1" action='/x?a=1&amp;b=2' timeout="3"><Say>Press</Say></Gather>
              <Dial callerId="+1415" timeout="7"><Client>ana</Client><Number>+3460</Number></Dial>
              <Enqueue workflowSid="WW1"><Task>{"a":1}</Task></Enqueue>
              <Redirect method="GET">/next</Redirect><Reject reason="busy"/><Hangup/>
            </Response>
            """
        let verbs = try TwiMLVerb.parse(document)
        #expect(verbs.count == 7)
        #expect(verbs[0] == .say("A <b> éA"))
        guard case .gather(let gather) = verbs[1], case .dial(let dial) = verbs[2] else {
            Issue.record("not a gather and a dial")
            return
        }
        #expect(gather.action == "/x?a=1&b=2" && gather.digits == 1 && gather.timeoutSeconds == 3)
        #expect(gather.prompt == "Press")
        #expect(dial.parties.map(\.to) == ["client:ana", "+3460"] && dial.timeoutSeconds == 7)
        #expect(verbs[3] == .enqueue(workflowSID: "WW1", taskAttributes: ["a": 1]))
        #expect(verbs[4] == .redirect("/next", .get))
        #expect(verbs[5] == .reject(isBusy: true) && verbs[6] == .hangup)
    }

    @Test(
        "What is no TwiML is refused and never a trap",
        arguments: [
            "", "{}", "<Response>", "<Response><Say></Response>", "<Answer/>", "<Response><Sing/></Response>",
            "<Response a=b/>", "<Response/><Response/>", "<Response><Dial/></Response>", "<Response a=\"1/>",
            "<Response><Say>&", String(repeating: "<Response>", count: 1_000),
        ])
    func refused(document: String) {
        #expect(throws: TwilioProblem.self) { try TwiMLVerb.parse(document) }
    }

    @Test(
        "Relative links are read against where the TwiML came from",
        arguments: [
            ("/b", "http://h:1/a/c?d", "http://h:1/b"), ("b", "http://h/a/c?d", "http://h/a/b"),
            ("http://x/y", "http://h/a", "http://x/y"), ("b", "http://h", "http://h/b"),
        ])
    func resolved(url: String, base: String, result: String) {
        #expect(World.resolve(url, against: base) == result)
    }
}
