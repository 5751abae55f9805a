import Events
import TwilioREST

/// Messages of chats, and what an agent notes about an interaction.
extension AgentRoutes {
    static let maxMessages = 100
    static let maxBody = 1_600

    func messages(_ id: String, _ request: CRMRequest) async throws -> CRMReply {
        let agent = try await agent(request)
        let interaction = try await own(id, of: agent)
        guard let conversation = interaction.conversationSID else {
            return CRMReply(200, ["items": [], "hasMore": false])
        }
        let limit = min(max(request.query["limit"].flatMap { Int($0) } ?? 50, 1), Self.maxMessages)
        let before = request.query["before"].flatMap { Int($0) }
        let found = try await provider { () async throws(TwilioError) in
            try await calls.messages(conversation, before: before, limit: limit)
        }
        let lines = found.prefix(limit).map { line($0, agent) }.sorted { $0.index < $1.index }
        return CRMReply(200, ["items": .array(lines.map(\.json)), "hasMore": .bool(found.count > limit)])
    }

    func post(_ id: String, _ request: CRMRequest) async throws -> CRMReply {
        let agent = try await agent(request)
        let json = try body(request)
        guard let text = json["body"]?.string, !text.isEmpty, text.count <= Self.maxBody else {
            throw CRMFailure.malformed(field: "body", detail: "A message has 1 to \(Self.maxBody) characters.")
        }
        guard let requestID = json["requestId"]?.string, (1...64).contains(requestID.utf8.count) else {
            throw CRMFailure.malformed(field: "requestId", detail: "It has 1 to 64 bytes; a repeat has the same.")
        }
        let interaction = try await own(id, of: agent)
        guard let conversation = interaction.conversationSID, interaction.state == .connected else {
            throw CRMFailure.wrongState(interaction.state.rawValue)
        }
        var isRepeat = interaction.requests.contains(requestID)
        if !isRepeat {
            try await desk.change(interaction.key) { current in
                isRepeat = current.requests.contains(requestID)
                return isRepeat ? [] : [.requested(requestID)]
            }
        }
        // Once noted it may have been written: it is looked for before anything else.
        if isRepeat, let found = try await written(requestID, conversation) {
            return CRMReply(201, line(found, agent).json)
        }
        if isRepeat {
            throw CRMFailure.provider(
                code: "crm.message_unknown", detail: "It is not known whether the message was sent.")
        }
        do {
            guard
                let sent = try await calls.post(text, author: agent.agentID, tag: requestID, to: conversation)
            else {
                throw CRMFailure.provider(code: "crm.no_chats", detail: "crm.service_sid is not configured.")
            }
            return CRMReply(201, line(sent, agent).json)
        } catch let error as TwilioError {
            if error.mayHaveTakenEffect, let found = try await written(requestID, conversation) {
                return CRMReply(201, line(found, agent).json)
            }
            throw CRMFailure.provider(code: error.code, detail: error.description)
        }
    }

    private func written(_ requestID: String, _ conversation: String) async throws -> ConversationMessage? {
        try await provider { () async throws(TwilioError) in
            try await calls.messages(conversation, before: nil, limit: Self.maxMessages)
        }.first { $0.attributes["patchbay"]?["request"]?.string == requestID }
    }

    private func line(_ message: ConversationMessage, _ agent: AgentRecord) -> ChatLine {
        ChatLine(
            sid: message.sid.text, index: message.index, author: message.author ?? "", agent: agent.agentID,
            body: message.body ?? "", time: message.dateCreated.map { Int($0.unixNanoseconds / 1_000_000) } ?? 0,
            media: message.media.count)
    }

    func wrapUp(_ id: String, _ request: CRMRequest) async throws -> CRMReply {
        let agent = try await agent(request)
        let json = try body(request)
        let interaction = try await own(id, of: agent)
        let disposition = Interaction.Disposition(
            code: json["dispositionCode"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? interaction.disposition.code,
            notes: json["notes"]?.string ?? interaction.disposition.notes)
        let completes = json["complete"]?.bool ?? false
        let rule = desk.settings.dispositions.rule(of: interaction.queueName)
        if let problem = DispositionRule.problem(disposition, rule: rule, completes: completes) { throw problem }
        if completes, !interaction.state.isFinal, !Action.complete.fits(interaction) {
            throw CRMFailure.wrongState(interaction.state.rawValue)
        }
        var changed = try await desk.change(interaction.key) { _ in [.disposition(disposition)] } ?? interaction
        if completes, !changed.state.isFinal { changed = try await complete(changed) ?? changed }
        return view(changed)
    }
}
