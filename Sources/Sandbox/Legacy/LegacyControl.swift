import Events

/// What tests need of the old products, below `/sandbox/v1/`.
enum LegacyControl {
    static let routes: [RestRoute] = [
        RestRoute(.post, "tokens") { world, request throws(TwilioProblem) in
            let worker = try TaskRouterControl.find(try request.required("worker"), in: world.taskRouter.workspace)
            guard world.legacy.tokens.count < FlexToken.limit else {
                throw .invalid("There are \(FlexToken.limit) tokens, the limit")
            }
            let roles = request.all("role")
            let token = FlexToken(
                identity: worker.identity, workerSID: worker.sid, realmUserID: world.newSID("FU"),
                roles: roles.isEmpty ? ["agent"] : roles,
                expiresAt: world.now.advanced(by: .seconds(try request.int("ttl", in: 1...86_400) ?? 3_600)))
            let text = "eyJ" + world.newSID("") + world.newSID("")
            world.legacy.tokens[text] = token
            return .object(201) { json in
                json.text("token", text)
                json.text("identity", token.identity)
                json.date("expiration", token.expiresAt)
            }
        }
    ]
}
