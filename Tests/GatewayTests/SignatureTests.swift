import Crypto
import HTTPTypes
import HummingbirdTesting
import Testing
import Twilio

@testable import Gateway

@Suite("Signatures at the edge", .timeLimit(.minutes(1)))
struct SignatureTests {
    static let target = "/webhooks/twilio/flex/taskrouter"

    static let accepted: [(String, Webhook)] = [
        ("a query, which is signed as part of the URL", Webhook(target: target + "?a=b&c=%20d")),
        ("a repeated name", Webhook(Webhook.reservation + [("Tag", "b"), ("Tag", "a"), ("Tag", "b")])),
        (
            "names with dots and brackets",
            Webhook(Webhook.reservation + [("A.B", "1"), ("List[]", "2"), ("List[]", "1")])
        ),
        ("empty values", Webhook(Webhook.reservation + [("Empty", "")])),
        ("names that differ in case", Webhook(Webhook.reservation + [("abc", "1"), ("ABC", "2"), ("Abc", "3")])),
        ("spaces, line breaks and emoji", Webhook(Webhook.reservation + [("Note", "  a\r\n+&=%🎧 ")])),
        ("the secondary token", Webhook(token: TestGateway.nextFlexToken)),
        ("the standard port written out", Webhook(url: TestGateway.publicURL + ":443")),
        (
            "a content type with charset",
            Webhook().with { $0.contentType = "Application/X-WWW-Form-URLEncoded; Charset=UTF-8" }
        ),
        ("a Host that is not ours", Webhook().with { $0.headers[.forwardedFor] = "evil.example" }),
        ("JSON with its hash", json(Webhook.reservation)),
    ]

    @Test("Each way the provider signs is accepted", arguments: accepted)
    func signedAsTheProviderDoes(_ what: String, _ webhook: Webhook) async throws {
        let gateway = try TestGateway()
        let response = try await gateway.answer(webhook)
        #expect(response.status == .noContent, "\(what): \(response.code ?? "")")
    }

    static let refused: [(String, Webhook)] = [
        ("another query", Webhook(target: target + "?a=b").with { $0.target = target + "?a=c" }),
        ("another encoding of the query", Webhook(target: target + "?a=%20").with { $0.target = target + "?a=+" }),
        ("another host", Webhook(url: "https://evil.example")),
        ("another scheme", Webhook(url: "http://bus.example.com")),
        ("another port", Webhook(url: TestGateway.publicURL + ":8443")),
        ("another path", Webhook(target: target).with { $0.target = "/webhooks/twilio/flex/voice" }),
        ("a query parameter moved into the body", movedParameter),
        ("JSON with another's hash", json(Webhook.reservation).with { $0.body.append(UInt8(ascii: "\n")) }),
        ("JSON without a hash", json(Webhook.reservation, hashes: false)),
        ("a form with the signature of the URL alone", urlOnly),
    ]

    @Test("Whatever differs from what was signed is refused", arguments: refused)
    func anythingElseIsRefused(_ what: String, _ webhook: Webhook) async throws {
        let gateway = try TestGateway()
        let response = try await gateway.answer(webhook)
        #expect(response.status == .forbidden, "\(what)")
        #expect(response.code == "webhook.signature_invalid", "\(what)")
    }

    @Test("A port in the public URL may be missing in what was signed")
    func configuredPortIsOptional() async throws {
        for url in ["https://bus.example.com:8443", "https://bus.example.com"] {
            let gateway = try TestGateway(url: "https://bus.example.com:8443")
            #expect(try await gateway.answer(Webhook(url: url)).status == .noContent)
        }
    }

    @Test("A path in the public URL stands before the path of the request")
    func publicPathIsSigned() async throws {
        let gateway = try TestGateway(url: "https://example.com/bus")
        #expect(try await gateway.answer(Webhook(url: "https://example.com/bus")).status == .noContent)
        #expect(try await gateway.answer(Webhook(url: "https://example.com")).status == .forbidden)
    }

    private static var movedParameter: Webhook {
        Webhook(target: target + "?EventType=reservation.created").with { $0.target = target }
    }

    private static var urlOnly: Webhook {
        Webhook().with {
            $0.signature = WebhookSignature(tokens: [Array(TestGateway.flexToken.utf8)])
                .header(url: TestGateway.publicURL + target, form: nil)
        }
    }

    /// A JSON body, as Studio sends it.
    static func json(_ pairs: [(String, String)], hashes: Bool = true) -> Webhook {
        let members = pairs.map { name, value in
            "\"\(name)\":\"\(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
        }
        let body = Array("{\(members.joined(separator: ","))}".utf8)
        let hash = SHA256.hash(data: body).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return Webhook().with {
            $0.target = target + (hashes ? "?bodySHA256=\(hash)" : "")
            $0.contentType = "application/json"
            $0.body = body
            $0.signature = WebhookSignature(tokens: [Array(TestGateway.flexToken.utf8)])
                .header(url: TestGateway.publicURL + $0.target, form: nil)
        }
    }
}
