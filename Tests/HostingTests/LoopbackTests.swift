import Hosting
import Testing

@Suite("What is of this machine alone")
struct LoopbackTests {
    @Test(
        "Loopback addresses are, others are not",
        arguments: [
            ("127.0.0.1", true), ("127.8.8.8", true), ("::1", true), ("::ffff:127.0.0.1", true), ("10.0.0.1", false),
            ("2001:db8::1", false), ("128.0.0.1", false), ("0.0.0.127", false), ("::", false),
            ("::ffff:10.0.0.1", false),
            ("", false), ("127.evil.example", false), ("localhost", false),
        ])
    func addresses(_ text: String, _ isLoopback: Bool) {
        #expect(Loopback.isAddress(text) == isLoopback)
    }

    @Test(
        "Names and addresses of this machine are hosts of its own, with a port or without",
        arguments: [
            ("127.0.0.1:8080", true), ("localhost", true), ("localhost:8080", true), ("[::1]:8080", true),
            ("[::1]", true),
            ("pages.localhost:1", true), ("bus.example.com", false), ("127.evil.example:8080", false),
            ("localhost.evil.example", false), ("10.0.0.1", false), ("[2001:db8::1]:80", false), ("", false),
            ("[", false),
        ])
    func hosts(_ host: String, _ isOwn: Bool) {
        #expect(Loopback.isHost(host) == isOwn)
    }
}
