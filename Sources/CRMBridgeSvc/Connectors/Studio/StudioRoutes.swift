import Events
import Logging

/// What a Studio flow asks through the Gateway, which has checked who signed: `studio/contacts`, `studio/cases`.
///
/// A flow waits 10 s at most. A lookup that the CRM does not answer in time is answered all the same, with
/// `{"unavailable": true}`: the flow goes on as with an unknown caller. A case is answered 503; asked for again with the same
/// key it is the same case.
struct StudioRoutes: CRMRoutes {
    /// Contacts of one lookup: more than one is ambiguous.
    static let maxMatches = 10

    let connector: GuardedConnector
    /// Waits no longer than its limit.
    let finder: any ContactFinder
    let region: String?

    func answer(_ request: CRMRequest) async throws -> CRMReply? {
        guard request.path.first == "studio", request.path.count == 2, request.actor.role == "service" else {
            return nil
        }
        do {
            switch (request.method, request.path[1]) {
            case ("POST", "contacts"): return try await contact(request)
            case ("POST", "cases"): return try await createCase(request)
            default: return nil
            }
        } catch let error as CRMError {
            return Self.failure(error)
        }
    }

    /// `{phone}`: the contact in the sample's columns; `{}` when nobody, or more than one, has the number.
    private func contact(_ request: CRMRequest) async throws -> CRMReply {
        guard let phone = request.json?["phone"]?.string, !phone.isEmpty, phone.utf8.count <= 64 else {
            return .badRequest("phoneNum", "A number is needed, such as +442079460018.")
        }
        let found = await finder.find(ContactQuery(phone: phone, region: region), limit: Self.maxMatches)
        if found.isUnavailable { return CRMReply(200, ["unavailable": true]) }
        switch MatchDecision(found) {
        case .none: return CRMReply(200, [:])
        case .many(let matches, _):
            return CRMReply(200, ["ambiguous": true, "matches": .number(JSONNumber(matches.count))])
        case .one(let match):
            guard match.record.entity == "contact" else {
                return CRMReply(200, ["accountid": .string(match.record.id), "name": .string(match.record.label)])
            }
            return CRMReply(200, person(match))
        }
    }

    /// The sample's columns, as the CRM has them; `telephone1` is the first of the contact's numbers.
    private func person(_ match: ContactMatch) -> JSONValue {
        let contact = match.contact
        var object = JSONObject([
            ("contactid", .string(match.record.id)), ("firstname", .string(contact?.firstName ?? "")),
            ("lastname", .string(contact?.lastName ?? match.record.label)),
        ])
        object["telephone1"] = contact?.phones.first.map { .string($0) }
        object["emailaddress1"] = contact?.emails.first.map { .string($0) }
        return .object(object)
    }

    /// `{key, values}`: opens a case, once per key.
    private func createCase(_ request: CRMRequest) async throws -> CRMReply {
        guard let body = request.json, let values = body["values"]?.object else {
            return .badRequest("body", "The values of the case are needed.")
        }
        guard let key = body["key"]?.string, (1...512).contains(key.utf8.count) else {
            return .badRequest("key", "A key is needed: Idempotency-Key, ExecutionSid or CallSid.")
        }
        let draft = try StudioCase.draft(values)
        let made = try await connector.createCase(draft, key: RecordID.uuid("studio", request.actor.subject, key))
        var object = JSONObject([("incidentId", .string(made.record.id))])
        object["ticketNumber"] = made.number.map { .string($0) }
        object["duplicate"] = made.isDuplicate ? true : nil
        return CRMReply(made.isDuplicate ? 200 : 201, .object(object))
    }

    /// A refused value is the flow's own, so it is 400 and named.
    private static func failure(_ error: CRMError) -> CRMReply {
        guard case .refused(let field) = error else { return .failure(error) }
        var members: [(String, JSONValue)] = [("retryable", false)]
        if let field { members.append(("field", .string(field))) }
        return .problem(
            400, error.code, title: "The CRM does not take it", detail: error.description, members)
    }
}
