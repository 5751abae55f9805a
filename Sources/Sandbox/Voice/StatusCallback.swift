/// Where and of what a call's or a conference's progress is told.
struct StatusCallback: Hashable, Sendable {
    var url: String?
    var method = RestMethod.post
    /// Of a call: `initiated`, `ringing`, `answered`, `completed`; only the last one when nothing is said.
    var events: Set<String> = ["completed"]

    init() {}

    init(url: String?, method: RestMethod, events: [String], usual: Set<String> = ["completed"]) {
        self.url = url
        self.method = method
        let named = Set(events.flatMap { $0.split(separator: " ").map(String.init) })
        self.events = named.isEmpty ? usual : named
    }

    /// That of a TwiML noun, with the events as one text.
    init(_ noun: XMLElement, usual: Set<String> = ["completed"]) {
        self.init(
            url: noun.attributes["statusCallback"],
            method: noun.attributes["statusCallbackMethod"]?.uppercased() == "GET" ? .get : .post,
            events: noun.attributes["statusCallbackEvent"].map { [$0] } ?? [], usual: usual)
    }
}
