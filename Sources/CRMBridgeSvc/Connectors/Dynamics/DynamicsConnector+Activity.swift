import Events
import Logging
import TwilioREST

extension DynamicsConnector {
    /// Writes a phone call: makes it, then marks it as done; a later revision replaces what it says.
    func log(_ log: ActivityLog, isRepeat: Bool) async throws(CRMError) -> ActivityReference {
        guard let id = RecordGUID(log.activityID) else { throw .refused(field: "activityId") }
        let caller = await settings.isImpersonating ? identities.entraObjectID(of: log.agentID) : nil
        var links = try await links(log, caller)
        let reference = ActivityReference(entity: "phonecall", id: id.text)
        if log.revision > 1 {
            // The first revision may not have come through.
            if try await write(id, log, links, .onlyKnown, caller) { return reference }
        }
        do throws(CRMError) {
            let isNew = try await write(id, log, links, .onlyNew, caller)
            // There already: this revision with its answer lost, or a later one that was set aside and comes again.
            // What it is about may be gone by now.
            if !isNew, log.revision > 1, !(try await write(id, log, links, .onlyKnown, caller)) {
                _ = try await write(id, log, PhonecallBody.Links(), .onlyKnown, caller)
            }
        } catch {
            // What it is about may be gone; then it is written without.
            guard error == .notFound || error.isField, links != PhonecallBody.Links() else { throw error }
            links = PhonecallBody.Links()
            _ = try await write(id, log, links, .onlyNew, caller)
        }
        _ = try await patch(id, PhonecallBody.completed(log), .onlyKnown, caller)
        return reference
    }

    private enum Condition {
        case onlyNew, onlyKnown

        var header: TransportRequest.Header {
            switch self {
            case .onlyNew: DynamicsConnector.onlyNew
            case .onlyKnown: DynamicsConnector.onlyKnown
            }
        }
    }

    /// - Returns: False when the row is there and must not be, or is not there and must be.
    private func write(
        _ id: RecordGUID, _ log: ActivityLog, _ links: PhonecallBody.Links, _ condition: Condition,
        _ caller: RecordGUID?
    ) async throws(CRMError) -> Bool {
        do throws(CRMError) {
            return try await patch(id, PhonecallBody.body(log, links), condition, caller)
        } catch {
            guard condition == .onlyKnown, error == .notFound else { throw error }
            return false
        }
    }

    /// One `PATCH`, for the agent where that is configured.
    ///
    /// Where the agent or the application may not, it is done without: a record that belongs to the application is better
    /// than none. The log says which privilege is missing.
    private func patch(
        _ id: RecordGUID, _ body: JSONValue, _ condition: Condition, _ caller: RecordGUID?
    ) async throws(CRMError) -> Bool {
        var request = DataverseRequest(
            method: .patch, target: "phonecalls(\(id.text))", headers: [condition.header], body: body, caller: caller)
        let answer: DataverseClient.Answer
        do throws(CRMError) {
            answer = try await client.send(request)
        } catch {
            guard caller != nil, error.isPrivilege else { throw error }
            logger.warning(
                "An activity is not written for its agent (crm.dynamics.impersonate)",
                metadata: ["error": "\(error.code)", "detail": "\(error)"])
            request.caller = nil
            answer = try await client.send(request)
        }
        if case .precondition = answer { return false }
        return true
    }

    /// What the call is bound to: the record that was worked on, its customer and the agent.
    private func links(_ log: ActivityLog, _ caller: RecordGUID?) async throws(CRMError) -> PhonecallBody.Links {
        var links = PhonecallBody.Links()
        links.regarding = RecordLink(log.record)
        switch links.regarding?.entity {
        case "incident"?: links.customer = try await customer(of: links.regarding)
        case "contact"?, "account"?: links.customer = links.regarding
        default: break
        }
        if let caller { links.agent = try await user(caller) }
        return links
    }

    /// Whose case it is; nil when the case is gone.
    private func customer(of incident: RecordLink?) async throws(CRMError) -> RecordLink? {
        guard let incident else { return nil }
        let columns = ["_customerid_value", "_primarycontactid_value"]
        let query = ODataQuery(path: "incidents(\(incident.id.text))", select: columns)
        do throws(CRMError) {
            let row = try await row(query)
            if let contact = row["_primarycontactid_value"]?.string.flatMap(RecordGUID.init) {
                return RecordLink(entity: "contact", id: contact)
            }
            guard let id = row["_customerid_value"]?.string.flatMap(RecordGUID.init) else { return nil }
            let kind = row["_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"]?.string ?? "contact"
            return RecordLink(entity: kind == "account" ? "account" : "contact", id: id)
        } catch {
            guard error == .notFound || error.isPrivilege else { throw error }
            return nil
        }
    }

    private func user(_ caller: RecordGUID) async throws(CRMError) -> RecordGUID? {
        let query = ODataQuery(
            path: "systemusers", select: ["systemuserid"], filter: .isRecord("azureactivedirectoryobjectid", caller),
            top: 1)
        do throws(CRMError) {
            return try await client.rows(query).rows.first?["systemuserid"]?.string.flatMap(RecordGUID.init)
        } catch {
            guard error.isPrivilege else { throw error }
            return nil
        }
    }
}

extension CRMError {
    fileprivate var isField: Bool {
        guard case .refused = self else { return false }
        return true
    }

    fileprivate var isPrivilege: Bool {
        switch self {
        case .denied, .missingPrivilege: true
        default: false
        }
    }
}
