import Events
import Twilio

/// A message of a conversation, as the agent's browser gets it.
struct ChatLine: Hashable, Sendable {
    let sid: String
    let index: Int
    let author: String
    let isOutgoing: Bool
    let body: String
    /// Unix milliseconds.
    let time: Int
    let media: Int

    init(sid: String, index: Int, author: String, agent: String, body: String, time: Int, media: Int) {
        self.sid = sid
        self.index = index
        self.author = author
        // Identities may travel escaped.
        isOutgoing = author == agent || author == Identity(agent).escaped.text
        self.body = body
        self.time = time
        self.media = media
    }

    /// From `message.added`.
    init(event data: JSONValue, time: Timestamp?, agent: String) {
        self.init(
            sid: data["messageSid"]?.string ?? "", index: Int(data["index"]?.integer ?? 0),
            author: data["author"]?.string ?? data["from"]?.string ?? "", agent: agent,
            body: data["body"]?.string ?? "",
            time: time.map { Int($0.unixNanoseconds / 1_000_000) } ?? 0, media: data["media"]?.array?.count ?? 0)
    }

    var json: JSONValue {
        [
            "messageSid": .string(sid), "index": .number(JSONNumber(index)), "author": .string(author),
            "direction": isOutgoing ? "out" : "in", "body": .string(body), "ts": .number(JSONNumber(time)),
            "media": .number(JSONNumber(media)),
        ]
    }
}
