import Events

extension LegacyRoutes {
    private static let base = "proxy/v1/Services/{service}"

    /// A route below the project's Proxy service.
    private static func route(
        _ method: RestMethod, _ path: String, _ handle: @escaping RestRoute.Handler
    ) -> RestRoute {
        RestRoute(method, base + path) { world, request throws(TwilioProblem) in
            guard request["service"] == world.legacy.proxyServiceSID else {
                throw .notFound("/Services/\(request["service"])")
            }
            return try handle(&world, request)
        }
    }

    static let proxy: [RestRoute] = [
        route(.get, "/Sessions") { world, request throws(TwilioProblem) in
            try Page(request, world.legacy.sessions.all, maxSize: 100, key: \.sid)
                .answer("sessions") { write($0, world, request, &$1) }
        },
        route(.post, "/Sessions") { world, request throws(TwilioProblem) in
            let name = request.text("UniqueName")
            if let name, world.legacy.sessions.first(where: { $0.uniqueName == name }) != nil {
                throw .conflict(code: 80603, "Session UniqueName must be unique")
            }
            let mode = request.text("Mode") ?? "voice-and-message"
            guard ["message-only", "voice-only", "voice-and-message"].contains(mode) else {
                throw .invalid("Mode", "it is message-only, voice-only or voice-and-message")
            }
            var session = ProxySession(
                sid: world.newSID("KC"), uniqueName: name, mode: mode,
                ttl: try request.int("Ttl", in: 0...Int(Int32.max)) ?? 0, createdAt: world.now, updatedAt: world.now)
            session.expiresAt = try request.date("DateExpiry")
            // Participants come as JSON texts.
            for text in request.all("Participants") {
                guard let value = try? JSONValue(parsing: Array(text.utf8)),
                    let identifier = value["Identifier"]?.string
                else { throw .invalid("Participants", "each is a JSON object with Identifier") }
                try add(
                    identifier, proxy: value["ProxyIdentifier"]?.string, name: value["FriendlyName"]?.string,
                    to: &session, &world)
            }
            world.legacy.sessions[session.sid] = session
            if session.ttl > 0 {
                let sid = session.sid
                world.after(.seconds(session.ttl)) { $0.closeSession(sid, reason: "expired") }
            }
            let made = session
            return .object(201) { write(made, world, request, &$0) }
        },
        route(.get, "/Sessions/{session}") { world, request throws(TwilioProblem) in
            let session = try find(world, request)
            return .object { write(session, world, request, &$0) }
        },
        route(.post, "/Sessions/{session}") { world, request throws(TwilioProblem) in
            let session = try find(world, request)
            if let status = request.text("Status") {
                guard ["open", "in-progress", "closed"].contains(status) else {
                    throw .invalid("Status", "it is open, in-progress or closed")
                }
                if status == "closed" {
                    world.closeSession(session.sid, reason: "api")
                } else {
                    _ = world.legacy.sessions.update(session.sid) { $0.status = status }
                }
            }
            let after = try find(world, request)
            return .object { write(after, world, request, &$0) }
        },
        route(.delete, "/Sessions/{session}") { world, request throws(TwilioProblem) in
            world.legacy.sessions[try find(world, request).sid] = nil
            return .noContent
        },
    ]

    static let proxyParts: [RestRoute] = [
        route(.get, "/Sessions/{session}/Participants") { world, request throws(TwilioProblem) in
            let session = try find(world, request)
            return try Page(request, session.participants, maxSize: 100, key: \.sid)
                .answer("participants") { write($0, session, world, request, &$1) }
        },
        route(.post, "/Sessions/{session}/Participants") { world, request throws(TwilioProblem) in
            var session = try find(world, request)
            try add(
                try request.required("Identifier"), proxy: request.text("ProxyIdentifier"),
                name: request.text("FriendlyName"), to: &session, &world)
            world.legacy.sessions[session.sid] = session
            let (made, participant) = (session, session.participants[session.participants.count - 1])
            return .object(201) { write(participant, made, world, request, &$0) }
        },
        route(.delete, "/Sessions/{session}/Participants/{participant}") { world, request throws(TwilioProblem) in
            let session = try find(world, request)
            guard let participant = session.participants.first(where: { $0.sid == request["participant"] }) else {
                throw .notFound("/Participants/\(request["participant"])")
            }
            _ = world.legacy.sessions.update(session.sid) { $0.participants.removeAll { $0.sid == participant.sid } }
            return .object { write(participant, session, world, request, &$0) }
        },
        route(.get, "/Sessions/{session}/Interactions") { world, request throws(TwilioProblem) in
            let session = try find(world, request)
            return try Page(request, session.interactions, maxSize: 100, key: \.sid)
                .answer("interactions") { interaction, json in
                    json.text("sid", interaction.sid)
                    json.text("session_sid", session.sid)
                    json.text("service_sid", world.legacy.proxyServiceSID)
                    json.text("account_sid", world.project.accountSID)
                    json.text("type", "message")
                    json.value(
                        "data", .string(JSONValue.object(JSONObject([("body", .string(interaction.body))])).description)
                    )
                    json.text("inbound_participant_sid", interaction.fromSID)
                    json.text("inbound_resource_status", "received")
                    json.text("outbound_participant_sid", interaction.toSID)
                    json.text("outbound_resource_status", "delivered")
                    json.date("date_created", interaction.createdAt)
                    json.date("date_updated", interaction.createdAt)
                }
        },
    ]

    /// Numbers that a session uses for both parties must be the project's.
    private static func add(
        _ identifier: String, proxy: String?, name: String?, to session: inout ProxySession, _ world: inout World
    ) throws(TwilioProblem) {
        guard session.isOpen else { throw TwilioProblem(status: 400, code: 80606, "Session \(session.sid) is closed") }
        guard session.participants.count < ProxySession.maxParticipants else {
            throw TwilioProblem(status: 400, code: 80609, "Session \(session.sid) has two participants, the limit")
        }
        guard !session.participants.contains(where: { $0.identifier == identifier }) else {
            throw .conflict(code: 80608, "Participant has already been added to Session \(session.sid)")
        }
        session.participants.append(
            ProxySession.Participant(
                sid: world.newSID("KP"), identifier: identifier, friendlyName: name ?? identifier,
                proxyIdentifier: proxy ?? world.project.number, createdAt: world.now))
        session.updatedAt = world.now
    }

    private static func find(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> ProxySession {
        let reference = request["session"]
        guard
            let session = world.legacy.sessions[reference]
                ?? world.legacy.sessions.first(where: { $0.uniqueName == reference })
        else { throw .notFound("/Sessions/\(reference)") }
        return session
    }

    private static func write(_ session: ProxySession, _ world: World, _ request: RestRequest, _ json: inout JSONFields)
    {
        let url = "\(request.baseURL)/v1/Services/\(world.legacy.proxyServiceSID)/Sessions/\(session.sid)"
        json.text("sid", session.sid)
        json.text("service_sid", world.legacy.proxyServiceSID)
        json.text("account_sid", world.project.accountSID)
        json.text("unique_name", session.uniqueName)
        json.text("status", session.status)
        json.text("closed_reason", session.closedReason)
        json.number("ttl", session.ttl)
        json.text("mode", session.mode)
        json.date("date_started", session.interactions.first?.createdAt)
        json.null("date_ended")
        json.date("date_last_interaction", session.lastInteractionAt)
        json.date("date_expiry", session.expiresAt)
        json.date("date_created", session.createdAt)
        json.date("date_updated", session.updatedAt)
        json.text("url", url)
        json.object("links") { links in
            links.text("participants", "\(url)/Participants")
            links.text("interactions", "\(url)/Interactions")
        }
    }

    private static func write(
        _ participant: ProxySession.Participant, _ session: ProxySession, _ world: World, _ request: RestRequest,
        _ json: inout JSONFields
    ) {
        let parent = "\(request.baseURL)/v1/Services/\(world.legacy.proxyServiceSID)/Sessions/\(session.sid)"
        json.text("sid", participant.sid)
        json.text("session_sid", session.sid)
        json.text("service_sid", world.legacy.proxyServiceSID)
        json.text("account_sid", world.project.accountSID)
        json.text("friendly_name", participant.friendlyName)
        json.text("identifier", participant.identifier)
        json.text("proxy_identifier", participant.proxyIdentifier)
        json.null("proxy_identifier_sid")
        json.null("date_deleted")
        json.date("date_created", participant.createdAt)
        json.date("date_updated", participant.createdAt)
        json.text("url", "\(parent)/Participants/\(participant.sid)")
    }
}

extension World {
    mutating func closeSession(_ sid: String, reason: String) {
        let time = now
        _ = legacy.sessions.update(sid) { session in
            guard session.isOpen else { return }
            session.status = "closed"
            session.closedReason = reason
            session.updatedAt = time
        }
    }
}
