import Events

/// What a request is answered with.
struct RestAnswer: Sendable {
    var status: Int
    var body: [UInt8]
    var contentType: String
    /// Besides `Content-Type`, `Content-Length` and the `Twilio-…` ones.
    var headers: [(name: String, value: String)] = []

    init(status: Int, body: [UInt8], contentType: String) {
        self.status = status
        self.body = body
        self.contentType = contentType
    }

    /// An answer with one JSON object.
    init(status: Int = 200, json: JSONFields) {
        self.init(status: status, body: json.bytes, contentType: Self.jsonType)
    }

    /// An answer with any JSON value.
    init(status: Int = 200, _ value: JSONValue) {
        self.init(status: status, body: value.bytes, contentType: Self.jsonType)
    }

    /// A JSON object written by a closure.
    static func object(_ status: Int = 200, _ body: (inout JSONFields) -> Void) -> RestAnswer {
        var json = JSONFields()
        body(&json)
        return RestAnswer(status: status, json: json)
    }

    /// 204.
    static let noContent = RestAnswer(status: 204, body: [], contentType: jsonType)

    static let jsonType = "application/json; charset=utf-8"
}
