import Crypto
public import Events

/// Turns a checked webhook into an event of the catalogue: a pure function of its content.
///
/// Nothing is dropped: events without a topic of their own go to `twilio.<family>.<name>`, and parameters without a
/// mapping, or whose value does not fit it, stay in `data.raw` under the provider's name. The id comes from the fact
/// (rule G-3), the key is the task, worker, conversation, channel or call (rule G-4).
///
/// The document is written straight into bytes, byte for byte as ``CloudEventJSON`` writes it.
public struct WebhookTranslator: Sendable {
    /// The longest parameter that identity, ordering or a topic is made from, in bytes.
    public static let maxIdentifierBytes = 128

    private let dialect: CompiledDialect
    private let source: [UInt8]

    /// A translator for one route.
    ///
    /// - Parameters:
    ///   - project: The project's name in the configuration; the source becomes `/twilio/<project>`.
    ///   - family: The product whose webhooks the route takes.
    /// - Throws: ``EventError/sourceInvalid(sizeBytes:)`` when the name has spaces or control characters.
    public init(project: String, family: WebhookFamily) throws(EventError) {
        dialect = CompiledDialect.of(family)
        source = Array(try EventSource.twilio(project: project).path.utf8)
    }

    /// Translates one webhook.
    ///
    /// - Parameters:
    ///   - form: The body's parameters; the signature has been checked.
    ///   - marks: What the query of the callback's URL says.
    ///   - deliveryToken: The header `I-Twilio-Idempotency-Token`. It names the delivery, not the fact, so it becomes
    ///     part of the id only where the provider offers nothing better.
    ///   - receivedAt: The last resort for telling two facts apart that look the same and came without a token: then a
    ///     repeat becomes a second event, since losing a fact is worse.
    /// - Returns: The event, in the pieces a publisher needs.
    /// - Throws: ``WebhookRejection``, naming the parameter.
    public func translate(
        _ form: FormParameters, marks: WebhookMarks = .none, deliveryToken: String? = nil, receivedAt: Timestamp
    ) throws(WebhookRejection) -> TranslatedEvent {
        let outcome = form.bytes.withUnsafeBytes { base in
            Result { () throws(WebhookRejection) in
                let view = WebhookView(form, base: base, fields: dialect.fields)
                let (name, rule) = try classify(view)
                for field in rule.required { _ = try required(field, in: view, of: name) }
                let id = try identity(rule, name, view) ?? fallbackIdentity(name, form, deliveryToken, receivedAt)
                return try event(name, rule, id, view, marks, hasContentKey: id.isContentKey)
            }
        }
        return try outcome.get()
    }

    /// An id and what it rests on.
    private struct Identity {
        var text: [UInt8]
        var isContentKey: Bool
    }

    /// Finds the event's name and what the tables say about it.
    private func classify(_ view: WebhookView) throws(WebhookRejection) -> (String, CompiledDialect.Rule) {
        for discriminator in dialect.discriminators {
            guard let value = view.value(discriminator.field) else { continue }
            if let unless = discriminator.unless, view.value(unless) != nil { continue }
            let field = dialect.fields.rules[discriminator.field].name
            guard WebhookView.isIdentifier(value) else {
                throw .fieldInvalid(field: field, event: dialect.family.rawValue)
            }
            let name = discriminator.prefix + String(decoding: value, as: UTF8.self)
            return (name, dialect.events[name] ?? discriminator.fallback)
        }
        let field = dialect.discriminators.last.map { dialect.fields.rules[$0.field].name } ?? ""
        throw .fieldMissing(field: field, event: dialect.family.rawValue)
    }

    private func required(
        _ field: Int, in view: WebhookView, of name: String
    ) throws(WebhookRejection) -> UnsafeRawBufferPointer {
        guard let value = view.value(field) else {
            throw .fieldMissing(field: dialect.fields.rules[field].name, event: name)
        }
        guard WebhookView.isIdentifier(value) else {
            throw .fieldInvalid(field: dialect.fields.rules[field].name, event: name)
        }
        return value
    }

    /// The first present one of several parameters, checked.
    private func first(
        of fields: [Int], in view: WebhookView, _ name: String
    ) throws(WebhookRejection) -> UnsafeRawBufferPointer? {
        for field in fields where view.value(field) != nil { return try required(field, in: view, of: name) }
        return nil
    }

    /// The id that the fact itself gives; nil when a part of it is absent.
    private func identity(
        _ rule: CompiledDialect.Rule, _ name: String, _ view: WebhookView
    ) throws(WebhookRejection) -> Identity? {
        guard rule.hasIdentity else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(96)
        if rule.isNamed { text.append(contentsOf: name.utf8) }
        for part in rule.identity {
            guard let value = try first(of: part, in: view, name) else { return nil }
            if !text.isEmpty { text.append(UInt8(ascii: ":")) }
            text.append(contentsOf: value)
        }
        return Identity(text: text, isContentKey: true)
    }

    /// The id of a fact that the provider does not number: its name with the delivery's token, or else with a hash of
    /// its parameters and the moment of receipt.
    private func fallbackIdentity(
        _ name: String, _ form: FormParameters, _ token: String?, _ receivedAt: Timestamp
    ) -> Identity {
        if var token, token.withUTF8({ WebhookView.isIdentifier(UnsafeRawBufferPointer($0)) }) {
            return Identity(text: Array("\(name):\(token)".utf8), isContentKey: false)
        }
        let hash = SHA256.hash(data: WebhookSignature.signedText(of: form)).prefix(8)
        let digits = hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return Identity(text: Array("\(name):\(digits):\(receivedAt.unixNanoseconds)".utf8), isContentKey: false)
    }

    private func event(
        _ name: String, _ rule: CompiledDialect.Rule, _ id: Identity, _ view: WebhookView, _ marks: WebhookMarks,
        hasContentKey: Bool
    ) throws(WebhookRejection) -> TranslatedEvent {
        guard let key = try first(of: rule.key, in: view, name) else {
            throw .fieldMissing(field: rule.key.first.map { dialect.fields.rules[$0].name } ?? "", event: name)
        }
        let topic = topic(rule, name, view)
        let account = try required(dialect.accountSID, in: view, of: name)
        let recordBytes = source.count + 1 + id.text.count
        guard recordBytes <= EventLimits.idBytes else { throw .unwritable(.idInvalid(sizeBytes: recordBytes)) }

        var writer = JSONWriter(capacity: view.base.count * 2 + 512)
        writer.raw("{\"specversion\":\"1.0\",\"id\":")
        id.text.withUnsafeBytes { writer.string($0) }
        writer.raw(",\"source\":")
        source.withUnsafeBytes { writer.string($0) }
        writer.raw(",\"type\":")
        writer.string(topic.name)
        if let subject = try first(of: rule.subject, in: view, name) {
            writer.raw(",\"subject\":")
            writer.string(subject)
        }
        if let time = time(view) {
            writer.raw(",\"time\":")
            writer.timestamp(time)
        }
        writer.raw(",\"datacontenttype\":\"application/json\",\"partitionkey\":")
        writer.string(key)
        if let correlation = try first(of: rule.correlation, in: view, name) {
            writer.raw(",\"correlationid\":")
            writer.string(correlation)
        }
        writer.raw(",\"data\":")
        var data = WebhookDataWriter(dialect: dialect, view: view, marks: marks)
        data.write(to: &writer)
        writer.raw("}")
        guard writer.bytes.count <= EventLimits.documentBytes else {
            throw .unwritable(.documentTooLarge(sizeBytes: writer.bytes.count))
        }
        return TranslatedEvent(
            topic: topic, key: Array(key), recordID: source + [UInt8(ascii: "\n")] + id.text, document: writer.bytes,
            eventName: name, accountSID: String(decoding: account, as: UTF8.self),
            retryCount: view.value(dialect.retryCount).flatMap { Int(String(decoding: $0, as: UTF8.self)) },
            hasContentKey: hasContentKey)
    }

    private func time(_ view: WebhookView) -> Timestamp? {
        for (field, format) in dialect.times {
            if let value = view.value(field), let time = Timestamp(webhook: value, format: format) { return time }
        }
        return nil
    }

    private func topic(_ rule: CompiledDialect.Rule, _ name: String, _ view: WebhookView) -> Topic {
        switch rule.target {
        case .topic(let topic): topic
        case .choice(_, let value, let then, let otherwise):
            view.value(rule.choiceField)?.elementsEqual(value.utf8) == true ? then : otherwise
        case .passThrough: Self.passThroughTopic(dialect.family, name)
        }
    }

    /// `twilio.<family>.<name>`, with every character that a topic cannot have as a hyphen.
    static func passThroughTopic(_ family: WebhookFamily, _ name: String) -> Topic {
        let tokens = name.split(separator: ".", omittingEmptySubsequences: true).map { token in
            String(token.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" ? $0 : "-" })
        }
        let text = (["twilio", family.rawValue] + (tokens.isEmpty ? ["unnamed"] : tokens)).joined(separator: ".")
        // The name has at most 128 bytes and the tokens are clean, so this cannot fail.
        return (try? Topic(text)) ?? "twilio.unnamed"
    }
}
