import Testing

@testable import TwilioREST

@Suite("Addresses")
struct EndpointTests {
    @Test("Twilio's hosts follow from the product, the Sandbox's from a prefix, single ones from their own setting")
    func bases() throws {
        #expect(TwilioEndpoints.twilio[.taskRouter].url == "https://taskrouter.twilio.com")
        #expect(try TwilioEndpoints() == TwilioEndpoints.twilio)
        let sandbox = try TwilioEndpoints(
            baseURL: "http://127.0.0.1:8090/api/{product}/", overrides: [.media: "http://localhost:80/m"])
        #expect(sandbox[.flex].url == "http://127.0.0.1:8090/api/flex-api")
        #expect(sandbox[.media].url == "http://localhost/m")
    }

    @Test(
        "What is no address is refused with its key",
        arguments: [
            "", "ftp://a", "https://", "https://u@a", "https://a?b", "https://a#b", "https://a b", "a.com",
            "https://:1",
        ])
    func refused(url: String) {
        #expect(throws: TwilioConfigurationError.invalidURL(key: "base_url")) { try TwilioEndpoints(baseURL: url) }
        #expect(throws: TwilioConfigurationError.invalidURL(key: "endpoints.iam")) {
            try TwilioEndpoints(overrides: [.iam: url])
        }
    }

    @Test(
        "A next link is followed only to the same origin",
        arguments: [
            ("https://chat.twilio.com/v2/x?Page=1", true), ("https://CHAT.twilio.com:443/v2/x", true),
            ("/v2/x?Page=1", true), ("https://chat.twilio.com", true),
            ("http://chat.twilio.com/v2/x", false), ("https://chat.twilio.com.evil.example/v2", false),
            ("https://chat.twilio.com@evil.example/", false), ("//evil.example/v2", false),
            ("https://chat.twilio.com:8443/", false), ("https://evil.example/?https://chat.twilio.com/", false),
            ("https://chat.twilio.com\\@evil.example/", false), ("/\\evil.example", false), ("v2/x", false),
            ("", false),
        ])
    func links(link: String, isOurs: Bool) {
        #expect((TwilioEndpoints.twilio[.chat].resolve(link) != nil) == isOurs)
    }

    @Test("A path is below the prefix, whether it names it or not")
    func prefix() throws {
        let base = try #require(EndpointBase("http://127.0.0.1:8090/api/api"))
        #expect(base.resolve("/2010-04-01/x") == "http://127.0.0.1:8090/api/api/2010-04-01/x")
        #expect(base.resolve("/api/api/2010-04-01/x") == "http://127.0.0.1:8090/api/api/2010-04-01/x")
    }
}
