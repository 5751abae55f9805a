import Events

extension VoiceRoutes {
    static let conferences: [RestRoute] = [
        route(.get, "Conferences.json") { world, request throws(TwilioProblem) in
            let status = request.text("Status")
            let name = request.text("FriendlyName")
            let list = world.voice.conferences.all.reversed().filter {
                (status == nil || $0.status == status) && (name == nil || $0.friendlyName == name)
            }
            return try Page(request, Array(list), maxSize: maxPageSize, key: \.sid)
                .classicAnswer("conferences", hostPrefix: request.baseURL) { $1.members(of: $0, in: world) }
        },
        route(.get, "Conferences/{conference}.json") { world, request throws(TwilioProblem) in
            let conference = try find(world, request)
            return .object { $0.members(of: conference, in: world) }
        },
        route(.post, "Conferences/{conference}.json") { world, request throws(TwilioProblem) in
            let conference = try find(world, request)
            if let status = request.text("Status") {
                guard status == "completed" else { throw .invalid("Status", "it is completed") }
                world.endConference(conference.sid, reason: "conference-ended-via-api")
            }
            let after = try find(world, request)
            return .object { $0.members(of: after, in: world) }
        },
    ]

    static let participants: [RestRoute] = [
        route(.get, "Conferences/{conference}/Participants.json") { world, request throws(TwilioProblem) in
            let conference = try find(world, request)
            let isHeld = try request.bool("Hold")
            let isMuted = try request.bool("Muted")
            let list = conference.members.filter {
                (isHeld == nil || $0.isHeld == isHeld) && (isMuted == nil || $0.isMuted == isMuted)
            }
            return try Page(request, list, maxSize: maxPageSize, key: \.callSID)
                .classicAnswer("participants", hostPrefix: request.baseURL) {
                    $1.members(of: $0, conference, in: world)
                }
        },
        route(.post, "Conferences/{conference}/Participants.json") { world, request throws(TwilioProblem) in
            let name = try nameOfOpen(request["conference"], in: world)
            let from = try request.required("From")
            let to = try request.required("To")
            try checkParty(to, "To")
            guard world.mayDial(to) else {
                throw TwilioProblem(status: 400, code: 13227, "No International Authorization to call \(to)")
            }
            var entry = ConferenceEntry(name: name)
            entry.label = request.text("Label")
            entry.isMuted = try request.bool("Muted") ?? false
            entry.startsConference = try request.bool("StartConferenceOnEnter") ?? true
            entry.endsConference = try request.bool("EndConferenceOnExit") ?? false
            entry.callback = StatusCallback(
                url: request.text("ConferenceStatusCallback"),
                method: method(request.text("ConferenceStatusCallbackMethod")),
                events: request.all("ConferenceStatusCallbackEvent"), usual: ["start", "end"])
            var draft = CallDraft(from: from, to: to)
            draft.callback = try callback(request, event: "StatusCallbackEvent")
            draft.timeoutSeconds = try request.int("Timeout", in: Call.ringRange) ?? Call.ringSeconds
            // He is a member at once, as the provider shows him, and is heard when he answers.
            let (call, member) = world.invite(draft, entry)
            let conference = world.voice.calls[call]?.invitedTo.flatMap { world.voice.conferences[$0] }
            return .object(201) { $0.members(of: member, conference, in: world) }
        },
        route(.get, "Conferences/{conference}/Participants/{call}.json") { world, request throws(TwilioProblem) in
            try memberAnswer(world, request)
        },
        route(.post, "Conferences/{conference}/Participants/{call}.json") { world, request throws(TwilioProblem) in
            let conference = try find(world, request)
            let isMuted = try request.bool("Muted")
            let isHeld = try request.bool("Hold")
            let ends = try request.bool("EndConferenceOnExit")
            let before = try member(conference, request)
            try world.updateMember(
                before.callSID, of: conference.sid, isMuted: isMuted, isHeld: isHeld, endsConference: ends)
            if let url = request.text("AnnounceUrl"), !url.isEmpty {
                world.announce(url, method: method(request.text("AnnounceMethod")), to: before, of: conference)
            }
            return try memberAnswer(world, request)
        },
        route(.delete, "Conferences/{conference}/Participants/{call}.json") { world, request throws(TwilioProblem) in
            let conference = try find(world, request)
            if conference.invited.contains(request["call"]) {
                world.hangUp(request["call"])
                return .noContent
            }
            try world.removeMember(try member(conference, request).callSID, of: conference.sid)
            return .noContent
        },
    ]

    /// A conference by SID, or the running one of that name.
    private static func find(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> Conference {
        let reference = request["conference"]
        guard
            let conference = world.voice.conferences[reference]
                ?? world.voice.conferences.first(where: { $0.friendlyName == reference && $0.status != "completed" })
        else { throw .notFound("/Conferences/\(reference)") }
        return conference
    }

    /// The name of a conference that people can be called into: that of a SID, else the text itself.
    private static func nameOfOpen(_ reference: String, in world: World) throws(TwilioProblem) -> String {
        guard reference.hasPrefix("CF"), reference.utf8.count == 34 else { return reference }
        guard let known = world.voice.conferences[reference], known.status != "completed" else {
            throw .notFound("/Conferences/\(reference)")
        }
        return known.friendlyName
    }

    /// A member by call SID or label.
    private static func member(
        _ conference: Conference, _ request: RestRequest
    ) throws(TwilioProblem) -> Conference.Member {
        let reference = request["call"]
        guard let member = conference.members.first(where: { $0.callSID == reference || $0.label == reference }) else {
            throw .notFound("/Participants/\(reference)")
        }
        return member
    }

    private static func memberAnswer(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let conference = try find(world, request)
        let member = try member(conference, request)
        return .object { $0.members(of: member, conference, in: world) }
    }
}
