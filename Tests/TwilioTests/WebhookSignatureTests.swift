import Events
import Foundation
import TestSupport
import Testing
import Twilio

@Suite struct WebhookSignatureTests {
    /// Signatures made by PyPI `twilio`'s RequestValidator, which also said whether it accepts them.
    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let base: String
        let target: String
        let token: String
        let body: String
        let signature: String
        let isValid: Bool

        var testDescription: String { name }

        init(_ json: JSONValue) {
            name = json["name"]?.string ?? ""
            base = json["base"]?.string ?? ""
            target = json["target"]?.string ?? ""
            token = json["token"]?.string ?? ""
            body = json["body"]?.string ?? ""
            signature = json["signature"]?.string ?? ""
            isValid = json["valid"]?.bool ?? false
        }

        static func all(_ kind: String) throws -> [Vector] {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("Fixtures/twilio/signatures.json")
            let json = try JSONValue(parsing: Data(contentsOf: file))
            return try #require(json[kind]?.array).map(Vector.init)
        }
    }

    @Test("Forms verify exactly when Twilio's own validator accepts them")
    func formsAgreeWithOracle() throws {
        let vectors = try Vector.all("forms")
        #expect(vectors.count >= 40)
        for vector in vectors {
            let url = try #require(SignedURL(base: vector.base))
            let form = try FormParameters(decoding: vector.body.utf8)
            let signature = WebhookSignature(tokens: [Array(vector.token.utf8)])
            #expect(
                verifies(signature, vector.signature, url, vector.target, form) == vector.isValid, "\(vector.name)")
            let ours = try #require(signature.header(url: vector.base + vector.target, form: form))
            #expect(verifies(signature, ours, url, vector.target, form), "\(vector.name)")
        }
    }

    @Test("JSON bodies verify exactly when Twilio's own validator accepts them")
    func jsonAgreesWithOracle() throws {
        for vector in try Vector.all("json") {
            let url = try #require(SignedURL(base: vector.base))
            let signature = WebhookSignature(tokens: [Array(vector.token.utf8)])
            let isAccepted = Array(vector.target.utf8).withUnsafeBytes { target in
                Array(vector.body.utf8).withUnsafeBytes {
                    signature.verifies(vector.signature, url: url, target: target, jsonBody: $0)
                }
            }
            #expect(isAccepted == vector.isValid, "\(vector.name)")
        }
    }

    @Test("A JSON body without bodySHA256 in the query is refused")
    func jsonNeedsHash() throws {
        let url = try #require(SignedURL(base: "https://h.example"))
        let signature = WebhookSignature(tokens: [Self.token])
        let header = signature.header(url: "https://h.example/x?a=1", form: nil)
        let isAccepted = Array("/x?a=1".utf8).withUnsafeBytes { target in
            [UInt8]().withUnsafeBytes { signature.verifies(header, url: url, target: target, jsonBody: $0) }
        }
        #expect(!isAccepted)
    }

    @Test("Changing any byte of the form or any bit of the signature breaks it", arguments: 0..<5)
    func tampering(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let url = try #require(SignedURL(base: "https://h.example"))
        let signature = WebhookSignature(tokens: [Self.token])
        let pairs = (0..<20).map { ("p\($0)", "v" + random.text(upTo: 20)) }
        let header = try #require(signature.header(url: "https://h.example/x", form: FormParameters(pairs)))
        #expect(verifies(signature, header, url, "/x", FormParameters(pairs)))
        for index in pairs.indices {
            var changed = pairs
            changed[index].1 += "!"
            #expect(!verifies(signature, header, url, "/x", FormParameters(changed)), "seed \(seed)")
        }
        let code = try #require(Base64.decode(header.utf8))
        for bit in 0..<code.count * 8 {
            var changed = code
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let text = String(decoding: Base64.encode(changed), as: UTF8.self)
            #expect(!verifies(signature, text, url, "/x", FormParameters(pairs)), "seed \(seed), bit \(bit)")
        }
    }

    @Test(
        "A missing, empty, short or malformed header never verifies",
        arguments: [nil, "", "AAAA", "not base64", "====", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=="] as [String?])
    func malformedHeaders(header: String?) throws {
        let url = try #require(SignedURL(base: "https://h.example"))
        #expect(!verifies(WebhookSignature(tokens: [Self.token]), header, url, "/x", FormParameters([])))
    }

    @Test("During rotation each of the tokens verifies, and none after its removal")
    func rotation() throws {
        let url = try #require(SignedURL(base: "https://h.example"))
        let form = FormParameters([("a", "1")])
        let next = Array("fedcba9876543210fedcba9876543210".utf8)
        let header = WebhookSignature(tokens: [next]).header(url: "https://h.example/x", form: form)
        #expect(verifies(WebhookSignature(tokens: [Self.token, next]), header, url, "/x", form))
        #expect(!verifies(WebhookSignature(tokens: [Self.token]), header, url, "/x", form))
        #expect(!verifies(WebhookSignature(tokens: []), header, url, "/x", form))
    }

    @Test("A public URL has a path prefix, an IPv6 host or credentials when it is so configured")
    func publicURLs() throws {
        let form = FormParameters([("a", "1")])
        let signature = WebhookSignature(tokens: [Self.token])
        for (base, signed) in [
            ("https://h.example/bus/", "https://h.example/bus/x"),
            ("https://[2001:db8::1]", "https://[2001:db8::1]:443/x"),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]/x"),
            ("https://u:p@h.example", "https://u:p@h.example/x"),
            ("https://u:p@h.example:8443", "https://u:p@h.example:8443/x"),
        ] {
            let url = try #require(SignedURL(base: base))
            #expect(verifies(signature, signature.header(url: signed, form: form), url, "/x", form), "\(base)")
        }
        let stripped = signature.header(url: "https://h.example/x", form: form)
        let strict = try #require(SignedURL(base: "https://u:p@h.example"))
        #expect(!verifies(signature, stripped, strict, "/x", form))
        let lenient = try #require(SignedURL(base: "https://u:p@h.example", withoutCredentials: true))
        #expect(verifies(signature, stripped, lenient, "/x", form))
        for bad in ["", "h.example", "ftp://h.example", "https://", "https:///x"] {
            #expect(SignedURL(base: bad) == nil, "\(bad)")
        }
    }

    @Test("A fragment is never part of what is signed")
    func fragments() throws {
        let url = try #require(SignedURL(base: "https://h.example"))
        let form = FormParameters([("a", "1")])
        let signature = WebhookSignature(tokens: [Self.token])
        let header = signature.header(url: "https://h.example/x?q=1#rc=2&rp=5xx", form: form)
        #expect(verifies(signature, header, url, "/x?q=1", form))
        #expect(verifies(signature, header, url, "/x?q=1#rc=2", form))
    }

    private static let token = Array("0123456789abcdef0123456789abcdef".utf8)

    private func verifies(
        _ signature: WebhookSignature, _ header: String?, _ url: SignedURL, _ target: String, _ form: FormParameters
    ) -> Bool {
        Array(target.utf8).withUnsafeBytes { signature.verifies(header, url: url, target: $0, form: form) }
    }
}
