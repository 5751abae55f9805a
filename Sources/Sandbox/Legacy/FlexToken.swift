import Events

/// A token that a Flex user's browser holds.
struct FlexToken: Hashable, Sendable {
    /// Tokens of a project at most.
    static let limit = 10_000

    let identity: String
    let workerSID: String
    let realmUserID: String
    let roles: [String]
    let expiresAt: Timestamp
}

extension LegacyRoutes {
    static let tokens: [RestRoute] = [
        RestRoute(.post, "iam/v1/Accounts/{account}/Tokens/validate") { world, request throws(TwilioProblem) in
            guard request["account"] == world.project.accountSID else {
                throw .notFound("/Accounts/\(request["account"])")
            }
            guard let text = try request.jsonBody()["token"]?.string else { throw .missing("token") }
            guard let token = world.legacy.tokens[text], token.expiresAt > world.now else {
                let isExpired = world.legacy.tokens[text] != nil
                return .object { json in
                    json.bool("valid", false)
                    json.number("code", isExpired ? 20104 : 20101)
                    json.text("message", isExpired ? "Access Token expired" : "Invalid Access Token")
                }
            }
            return .object { json in
                json.bool("valid", true)
                json.number("code", 0)
                json.null("message")
                json.date("expiration", token.expiresAt)
                json.text("realm_user_id", token.realmUserID)
                json.text("identity", token.identity)
                json.text("worker_sid", token.workerSID)
                json.value("roles", .array(token.roles.map { .string($0) }))
            }
        }
    ]
}
