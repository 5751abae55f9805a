import Twilio

/// What a call is to do, by nothing but the query of the URL that the provider asks.
///
/// Whoever places a call writes the query; the signature covers it. So nothing is stored, and any Gateway may answer.
struct VoiceInstructions: Sendable {
    /// Where the provider reaches us, without a slash at the end.
    let publicURL: String

    /// Why there is no answer: the member that is absent or not right.
    struct Refusal: Error, Hashable, Sendable {
        let name: String
        let rule: String
    }

    /// What a call does that has been answered, or hears.
    ///
    /// - Parameters:
    ///   - query: `dial` or `digits`.
    ///   - project: The project that asks.
    /// - Returns: With `dial`: the call waits in the conference of that name, which ends with it and whose steps come as
    ///   webhooks. With `digits`: tones.
    /// - Throws: ``Refusal``.
    func begin(_ query: [String: String], project: String) throws(Refusal) -> TwiML {
        if let digits = query["digits"] {
            guard (1...64).contains(digits.utf8.count), digits.utf8.allSatisfy(Self.isDigit) else {
                throw Refusal(name: "digits", rule: "it must be 1 to 64 of 0-9, *, #, w.")
            }
            return TwiML("Play", [("digits", digits)])
        }
        let dial = try dial(query)
        let marks = "dial=\(dial)"
        let conference = TwiML(
            "Conference",
            [
                ("participantLabel", "agent"), ("endConferenceOnExit", "true"), ("beep", "false"),
                ("statusCallback", "\(publicURL)\(WebhookRoutes.path(project: project, family: .voice))?\(marks)"),
                ("statusCallbackEvent", "start end join leave mute hold"),
            ], text: dial)
        let action = "\(publicURL)\(VoiceHandler.Route.ended.rawValue)?\(marks)&project=\(project)"
        return TwiML("Dial", [("action", action)], [conference])
    }

    /// What follows the conference: nothing.
    func end(_ query: [String: String]) throws(Refusal) -> TwiML {
        _ = try dial(query)
        return TwiML("Hangup")
    }

    private func dial(_ query: [String: String]) throws(Refusal) -> String {
        guard let dial = query["dial"], dial.hasPrefix("DL"), dial.utf8.count == 34,
            dial.utf8.dropFirst(2).allSatisfy(Self.isHex)
        else { throw Refusal(name: "dial", rule: "it must be 'DL' and 32 hexadecimal digits.") }
        return dial
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"), UInt8(ascii: "#"), UInt8(ascii: "w"),
            UInt8(ascii: "W"):
            true
        default: false
        }
    }
}
