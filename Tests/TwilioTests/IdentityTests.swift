import TestSupport
import Testing
import Twilio

@Suite("Identities")
struct IdentityTests {
    @Test(
        "Every byte that is no letter and no digit is escaped",
        arguments: [
            ("ana", "ana"), ("ana@example.com", "ana_40example_2Ecom"), ("a_b", "a_5Fb"), ("a+b c-d", "a_2Bb_20c_2Dd"),
            ("Núria", "N_C3_BAria"), ("_40", "_5F40"), ("", ""),
        ])
    func escapes(raw: String, escaped: String) {
        #expect(Identity(raw).escaped.text == escaped)
        #expect(EscapedIdentity(received: escaped).identity.text == raw)
    }

    @Test(
        "What is no escape of ours stays as it is",
        arguments: ["john_bell", "_", "a_", "a_4", "a_41b", "_4g", "_5f", "x_61", "_C3", "_FF_40"])
    func leavesOthers(text: String) {
        let decoded = EscapedIdentity(received: text).identity.text
        #expect(decoded == (text == "_FF_40" ? "_FF@" : text))
    }

    @Test("Any text comes back from its escaped form", arguments: 0..<8)
    func roundTrip(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet: [Unicode.Scalar] = Array("ab09_4FCé@.+ -/\u{0}\u{1F600}Ω".unicodeScalars)
        for _ in 0..<500 {
            var scalars = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                scalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
            }
            let identity = Identity(String(scalars))
            #expect(identity.escaped.identity == identity, "seed \(seed)")
            #expect(identity.escaped.text.utf8.allSatisfy { $0 < 0x80 }, "seed \(seed)")
        }
    }
}
