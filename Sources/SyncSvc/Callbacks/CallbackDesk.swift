import Events
import Logging

/// Answers the mobile app's callbacks: a function of the question and what the projects say.
///
/// Nothing here writes anywhere.
struct CallbackDesk: Sendable {
    let settings: AgentSettings
    let templates: MessageTemplates
    let proxies: ProxyAddresses
    let customers: any CustomerSource
    let backup: (any BackupCRM)?

    /// `frontline.crm`.
    func crm(_ question: CallbackQuestion) async throws -> CallbackReply {
        switch question.location {
        case "GetCustomersList":
            // The other CRM knows all customers; without it, or while it is away, those the agent talks to.
            if let answer = await backup?.answer(question), answer.status == 200 { return answer }
            guard let worker = question.worker else {
                return .ok(CustomerDirectory.list([], query: nil, token: nil, pageSize: 1))
            }
            let entries = try await customers.customers(of: worker)
            return .ok(
                CustomerDirectory.list(
                    entries, query: question.parameters["Query"], token: question.parameters["NextPageToken"],
                    pageSize: question.parameters["PageSize"].flatMap { Int($0) } ?? 30))
        case "GetCustomerDetailsByCustomerId":
            let id = question.parameters["CustomerId"] ?? ""
            if let reference = CustomerReference(id), let facts = try await customers.facts(reference) {
                return .ok(
                    CustomerDirectory.details(
                        id: id, facts: facts, worker: question.worker, fields: settings.customerFields))
            }
            if let answer = await backup?.answer(question) { return answer }
            return .refused(404, code: "sync.customer_unknown")
        default: return .refused(422, code: "sync.location_unknown")
        }
    }

    /// `frontline.outgoing`.
    func outgoing(_ question: CallbackQuestion) -> CallbackReply {
        guard question.location == "GetProxyAddress" else { return .refused(422, code: "sync.location_unknown") }
        return proxies.answer(channelType: question.parameters["ChannelType"] ?? "")
    }

    /// `frontline.templates`.
    func templates(_ question: CallbackQuestion) async throws -> CallbackReply {
        guard question.location == "GetTemplatesByCustomerId" else {
            return .refused(422, code: "sync.location_unknown")
        }
        var variables = MessageTemplates.Variables(agentName: question.worker)
        if let reference = question.parameters["CustomerId"].flatMap({ CustomerReference($0) }),
            let facts = try await customers.facts(reference)
        {
            variables.customerName = facts.displayName
            variables.customerPhone = facts.channels.first { $0.kind == .sms || $0.kind == .whatsapp }?.value
        }
        return .ok(templates.answer(variables))
    }
}
