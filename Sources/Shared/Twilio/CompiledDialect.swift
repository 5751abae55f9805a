import Events

/// A dialect with its parameters' names resolved to positions in the field table, once per process.
struct CompiledDialect: Sendable {
    /// A rule whose parameters are positions.
    struct Rule: Sendable {
        let target: EventRule.Target
        let choiceField: Int
        let required: [Int]
        /// Each part with its stand-ins.
        let identity: [[Int]]
        let isNamed: Bool
        let hasIdentity: Bool
        let key: [Int]
        let subject: [Int]
        let correlation: [Int]
    }

    struct Discriminator: Sendable {
        let field: Int
        let prefix: String
        let unless: Int?
        let fallback: Rule
    }

    let family: WebhookFamily
    /// `"dialect":"…",` or nothing.
    let dialectMember: [UInt8]
    let fields: FieldTable
    let events: [String: Rule]
    let discriminators: [Discriminator]
    let times: [(field: Int, format: TimeFormat)]
    let accountSID: Int
    let retryCount: Int

    init(_ dialect: WebhookDialect) {
        let table = FieldTable(dialect.fields)
        family = dialect.family
        dialectMember = dialect.dialect.map { Array("\"dialect\":\"\($0)\"".utf8) } ?? []
        fields = table
        events = dialect.events.mapValues { Self.resolve($0, in: table) }
        discriminators = dialect.discriminators.map { one in
            Discriminator(
                field: table.index(of: one.field), prefix: one.prefix, unless: one.unless.map(table.index(of:)),
                fallback: Self.resolve(one.fallback, in: table))
        }
        times = dialect.times.map { (table.index(of: $0.field), $0.format) }
        accountSID = table.index(of: "AccountSid")
        retryCount = table.index(of: "RetryCount")
    }

    /// The dialect of a family.
    static func of(_ family: WebhookFamily) -> CompiledDialect {
        switch family {
        case .taskrouter: taskRouter
        case .conversations: conversations
        case .chat: chat
        case .voice: voice
        }
    }

    private static let taskRouter = CompiledDialect(.taskRouter)
    private static let conversations = CompiledDialect(.conversations)
    private static let chat = CompiledDialect(.chat)
    private static let voice = CompiledDialect(.voice)

    private static func resolve(_ rule: EventRule, in table: FieldTable) -> Rule {
        var identity: [[Int]] = []
        var isNamed = false
        var hasIdentity = true
        switch rule.identity {
        case .fields(let parts): identity = parts.map { $0.map(table.index(of:)) }
        case .named(let parts, let revision):
            isNamed = true
            identity = (parts + [revision].compactMap { $0 }).map { [table.index(of: $0)] }
        case .none: hasIdentity = false
        }
        var choiceField = -1
        if case .choice(let field, _, _, _) = rule.target { choiceField = table.index(of: field) }
        return Rule(
            target: rule.target, choiceField: choiceField, required: rule.required.map(table.index(of:)),
            identity: identity, isNamed: isNamed, hasIdentity: hasIdentity, key: rule.key.map(table.index(of:)),
            subject: rule.subject.map(table.index(of:)), correlation: rule.correlation.map(table.index(of:)))
    }
}
