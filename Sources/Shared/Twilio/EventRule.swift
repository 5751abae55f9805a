import Events

/// What becomes of one of the provider's events, in terms of its parameters' names.
struct EventRule: Sendable {
    /// Which topic the event goes to.
    enum Target: Sendable {
        case topic(Topic)
        /// `twilio.<family>.<name>`: no topic of its own, still passed on.
        case passThrough
        /// One topic when a parameter has a value, else another.
        case choice(field: String, value: String, then: Topic, otherwise: Topic)
    }

    /// What the event id is made of (rule G-3).
    enum Identity: Sendable {
        /// The values of these parameters, joined by colons; each may have stand-ins for when it is absent.
        case fields([[String]])
        /// The event's name, then the values of these parameters; a revision tells one edit from the next.
        case named([String], revision: String? = nil)
        /// The provider offers nothing: the delivery's token, or else the moment of receipt.
        case none
    }

    var target: Target
    /// Parameters without which the webhook is refused.
    var required: [String]
    var identity: Identity
    /// The ordering key is the first of these that is present (rule G-4).
    var key: [String]
    /// The subject is the first of these that is present.
    var subject: [String]
    /// The interaction is the first of these that is present.
    var correlation: [String]

    init(
        _ target: Target, required: [String], identity: Identity, key: [String], subject: [String]? = nil,
        correlation: [String] = []
    ) {
        self.target = target
        self.required = required
        self.identity = identity
        self.key = key
        self.subject = subject ?? key
        self.correlation = correlation
    }
}

/// Finds an event's name: the first of a family's discriminators whose parameter is present.
struct Discriminator: Sendable {
    let field: String
    /// Put before the parameter's value.
    var prefix = ""
    /// Does not apply when this parameter is present too.
    var unless: String?
    /// For names without a rule of their own.
    let fallback: EventRule
}

/// How a parameter says when something happened.
enum TimeFormat: Sendable {
    case epochMilliseconds, epochSeconds
    /// RFC 3339 or RFC 2822.
    case text
}

/// Everything that tells one family from another.
struct WebhookDialect: Sendable {
    let family: WebhookFamily
    /// `data.dialect`, where two families share topics.
    let dialect: String?
    let fields: [FieldRule]
    let events: [String: EventRule]
    let discriminators: [Discriminator]
    /// Where the time is, the best first.
    let times: [(field: String, format: TimeFormat)]
}
