import Testing

@testable import TwilioREST

@Suite("Settings")
struct ConfigurationTests {
    @Test(
        "The listed defaults are the struct's, and every key changes something",
        arguments: TwilioConfiguration.keys.map(\.name))
    func defaults(name: String) throws {
        let key = try #require(TwilioConfiguration.keys.first { $0.name == name })
        var configuration = TwilioConfiguration()
        try configuration.set(name, key.defaultValue)
        #expect(configuration == TwilioConfiguration())
        try configuration.set(name, key.range.lowerBound)
        #expect(configuration != TwilioConfiguration())
        for value in [key.range.lowerBound - 1, key.range.upperBound + 1] {
            #expect(throws: TwilioConfigurationError.outOfRange(key: name, value: value, range: key.range)) {
                try configuration.set(name, value)
            }
        }
    }

    @Test("An unknown key is refused")
    func unknown() {
        var configuration = TwilioConfiguration()
        #expect(throws: TwilioConfigurationError.unknownKey("x")) { try configuration.set("x", 1) }
    }
}
