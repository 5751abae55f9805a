import Events

/// One step of what a call does.
enum TwiMLVerb: Hashable, Sendable {
    struct Gather: Hashable, Sendable {
        var action: String?
        var method = RestMethod.post
        /// Digits after which it ends; nil waits for the finishing key or silence.
        var digits: Int?
        var finishOnKey = "#"
        var timeoutSeconds = 5
        var prompt = ""
        /// Whether its keys are for the ``ExtensionMenu`` instead of a document.
        var isMenu = false
    }

    /// Whom a Dial rings.
    struct Party: Hashable, Sendable {
        /// A number, or `client:…`.
        var to: String
        var callback = StatusCallback()
        /// TwiML for the called side before the bridge.
        var whisperURL: String?
    }

    struct Dial: Hashable, Sendable {
        var parties: [Party] = []
        var conference: ConferenceEntry?
        var action: String?
        var method = RestMethod.post
        var callerID: String?
        var timeoutSeconds = 30
        var timeLimitSeconds: Int?
    }

    case say(String)
    /// Keypad tones.
    case tones(String)
    case pause(seconds: Int)
    case gather(Gather)
    case dial(Dial)
    case enqueue(workflowSID: String?, taskAttributes: JSONValue)
    case redirect(String, RestMethod)
    case reject(isBusy: Bool)
    case hangup

    /// Reads a TwiML document.
    ///
    /// - Throws: ``TwilioProblem`` with the provider's 12100 (malformed), 12200 (unknown verb) or 13xxx.
    static func parse(_ document: String) throws(TwilioProblem) -> [TwiMLVerb] {
        let root = try XMLElement(parsing: document)
        guard root.name == "Response" else {
            throw TwilioProblem(status: 400, code: 12102, "The root of TwiML is Response, not \(root.name)")
        }
        var verbs: [TwiMLVerb] = []
        for element in root.children { verbs.append(try verb(element)) }
        return verbs
    }

    private static func verb(_ element: XMLElement) throws(TwilioProblem) -> TwiMLVerb {
        switch element.name {
        case "Say": return .say(element.text)
        case "Play":
            return element.attributes["digits"].map { .tones($0) } ?? .say("♪")
        case "Pause": return .pause(seconds: element.attributes["length"].flatMap { Int($0) } ?? 1)
        case "Gather": return .gather(gather(element))
        case "Dial": return .dial(try dial(element))
        case "Enqueue": return .enqueue(workflowSID: element.attributes["workflowSid"], taskAttributes: task(element))
        case "Redirect": return .redirect(element.text, method(element))
        case "Reject": return .reject(isBusy: element.attributes["reason"] == "busy")
        case "Hangup", "Leave": return .hangup
        default:
            throw TwilioProblem(status: 400, code: 12200, "The verb \(element.name) is not one that is played here")
        }
    }

    private static func method(_ element: XMLElement) -> RestMethod {
        element.attributes["method"]?.uppercased() == "GET" ? .get : .post
    }

    private static func gather(_ element: XMLElement) -> Gather {
        Gather(
            action: element.attributes["action"], method: method(element),
            digits: element.attributes["numDigits"].flatMap { Int($0) },
            finishOnKey: element.attributes["finishOnKey"] ?? "#",
            timeoutSeconds: element.attributes["timeout"].flatMap { Int($0) } ?? 5,
            prompt: element.children.filter { $0.name == "Say" }.map(\.text).joined(separator: " "))
    }

    private static func task(_ element: XMLElement) -> JSONValue {
        let text = element.children.first { $0.name == "Task" }?.text ?? ""
        return (try? JSONValue(parsing: Array(text.utf8))) ?? [:]
    }

    private static func dial(_ element: XMLElement) throws(TwilioProblem) -> Dial {
        var dial = Dial(
            action: element.attributes["action"], method: method(element), callerID: element.attributes["callerId"],
            timeoutSeconds: element.attributes["timeout"].flatMap { Int($0) } ?? 30,
            timeLimitSeconds: element.attributes["timeLimit"].flatMap { Int($0) })
        if !element.text.isEmpty { dial.parties.append(Party(to: element.text)) }
        for noun in element.children {
            switch noun.name {
            case "Number", "Client", "Sip":
                let to = noun.name == "Client" ? "client:\(noun.text)" : noun.text
                dial.parties.append(
                    Party(to: to, callback: StatusCallback(noun), whisperURL: noun.attributes["url"]))
            case "Conference": dial.conference = ConferenceEntry(noun)
            default: throw TwilioProblem(status: 400, code: 13221, "Dial cannot ring \(noun.name) here")
            }
        }
        guard dial.conference != nil || !dial.parties.isEmpty else {
            throw TwilioProblem(status: 400, code: 13223, "Dial rings nobody")
        }
        return dial
    }
}
