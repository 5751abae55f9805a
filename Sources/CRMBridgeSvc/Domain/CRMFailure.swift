import Events

/// Why the bridge did not do what an agent asked.
enum CRMFailure: Error, Hashable {
    /// No worker has this name or SID.
    case notAnAgent
    case unknownInteraction
    /// It is another agent's.
    case notYours
    /// The interaction is in a state in which this cannot be done.
    case wrongState(String)
    case dispositionRequired(detail: String)
    /// A value of the request.
    case malformed(field: String, detail: String)
    /// The provider did not do it.
    case provider(code: String, detail: String)
    /// Others changed the same state in each of so many rounds.
    case contended(rounds: Int)

    /// Stable, for machines.
    var code: String {
        switch self {
        case .notAnAgent: "crm.not_an_agent"
        case .unknownInteraction: "crm.unknown_interaction"
        case .notYours: "crm.not_yours"
        case .wrongState: "crm.wrong_state"
        case .dispositionRequired: "crm.disposition_required"
        case .malformed: "crm.parameter"
        case .provider: "crm.provider"
        case .contended: "crm.contended"
        }
    }

    var reply: CRMReply {
        switch self {
        case .notAnAgent: .problem(404, code, title: "No agent", detail: description)
        case .unknownInteraction: .problem(404, code, title: "Not found", detail: description)
        case .notYours: .problem(403, code, title: "Not allowed", detail: description)
        case .wrongState(let state):
            .problem(409, code, title: "Not in this state", detail: description, [("state", .string(state))])
        case .dispositionRequired: .problem(422, code, title: "A code is needed", detail: description)
        case .malformed(let field, let detail): .badRequest(field, detail)
        case .provider(let inner, _):
            .problem(502, code, title: "The provider did not do it", detail: description, [("cause", .string(inner))])
        case .contended: .problem(503, code, title: "Try again", detail: description)
        }
    }
}

extension CRMFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .notAnAgent: "No worker of the workspace has this name. Is the token's sub the worker's friendly name?"
        case .unknownInteraction: "There is no such interaction, or it ended too long ago."
        case .notYours: "This interaction is another agent's."
        case .wrongState(let state): "This cannot be done while the interaction is \(state)."
        case .dispositionRequired(let detail), .malformed(_, let detail), .provider(_, let detail): detail
        case .contended(let rounds): "Others changed the interaction in each of \(rounds) rounds. Try again."
        }
    }
}
