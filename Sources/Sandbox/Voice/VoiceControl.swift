import Events

/// What people do with telephones, below `/sandbox/v1/`.
enum VoiceControl {
    static let routes: [RestRoute] = DialingRoutes.control + calls

    private static let calls: [RestRoute] = [
        RestRoute(.get, "calls") { world, _ in
            .object { json in
                json.objects("calls", world.voice.calls.all) { $1.shown($0, world.member($0)) }
            }
        },
        RestRoute(.post, "calls") { world, request throws(TwilioProblem) in
            let from = try request.required("from")
            let to = try request.required("to")
            try VoiceRoutes.checkParty(from, "From")
            try VoiceRoutes.checkParty(to, "To")
            let sid = to == world.project.number ? world.callsIn(from: from) : try world.dialsOut(from: from, to: to)
            return try answer(world, sid, status: 201)
        },
        act("answer") { $0.advance($1, to: .inProgress) },
        act("hangup") { $0.hangUp($1) },
        act("busy") { $0.advance($1, to: .busy) },
        act("no-answer") { $0.advance($1, to: .noAnswer) },
        act("fail") { $0.advance($1, to: .failed) },
        inConference("hold") { $0.isHeld = true }, inConference("unhold") { $0.isHeld = false },
        inConference("mute") { $0.isMuted = true }, inConference("unmute") { $0.isMuted = false },
        RestRoute(.post, "reservations/{reservation}/transfer") { world, request throws(TwilioProblem) in
            let worker = try TaskRouterControl.find(try request.required("to"), in: world.taskRouter.workspace)
            let task = try world.transferCall(of: request["reservation"], to: worker)
            return .object(201) { $0.text("task_sid", task) }
        },
        RestRoute(.post, "workers/{worker}/telephone") { world, request throws(TwilioProblem) in
            let worker = try TaskRouterControl.find(request["worker"], in: world.taskRouter.workspace)
            if try request.bool("automatic") == true {
                world.voice.automaticAnswer.insert(worker.sid)
            } else {
                world.voice.automaticAnswer.remove(worker.sid)
            }
            world.show(worker: worker)
            return .object { $0.shown(worker, in: world) }
        },
        RestRoute(.post, "calls/{call}/digits") { world, request throws(TwilioProblem) in
            try world.press(try request.required("digits"), on: request["call"])
            return try answer(world, request["call"])
        },
    ]

    /// An act on a leg; one that its state does not allow is refused.
    private static func act(
        _ name: String, _ body: @escaping @Sendable (inout World, String) -> Bool
    ) -> RestRoute {
        RestRoute(.post, "calls/{call}/\(name)") { world, request throws(TwilioProblem) in
            guard let call = world.voice.calls[request["call"]] else { throw .notFound("/Calls/\(request["call"])") }
            guard body(&world, call.sid) else {
                throw .illegalMove("call \(call.sid)", from: call.status.rawValue, to: name)
            }
            return try answer(world, call.sid)
        }
    }

    /// What is done to a leg among others: only in a conference can one be held or muted.
    private static func inConference(
        _ name: String, _ body: @escaping @Sendable (inout Conference.Member) -> Void
    ) -> RestRoute {
        RestRoute(.post, "calls/{call}/\(name)") { world, request throws(TwilioProblem) in
            guard let call = world.voice.calls[request["call"]] else { throw .notFound("/Calls/\(request["call"])") }
            guard let conference = call.conferenceSID, var member = world.member(call) else {
                throw .illegalMove("call \(call.sid), which is in no conference", from: call.status.rawValue, to: name)
            }
            body(&member)
            try world.updateMember(call.sid, of: conference, isMuted: member.isMuted, isHeld: member.isHeld)
            return try answer(world, call.sid)
        }
    }

    private static func answer(_ world: World, _ sid: String, status: Int = 200) throws(TwilioProblem) -> RestAnswer {
        guard let call = world.voice.calls[sid] else { throw .notFound("/Calls/\(sid)") }
        return .object(status) { json in
            json.text("call_sid", call.sid)
            json.shown(call, world.member(call))
        }
    }
}

extension World {
    /// Somebody calls the project's number: its TwiML decides what he hears.
    mutating func callsIn(from: String) -> String {
        var draft = CallDraft(direction: .inbound, from: from, to: project.number)
        draft.callback = voice.number.callback
        draft.fallbackURL = voice.number.fallbackURL.isEmpty ? nil : voice.number.fallbackURL
        let sid = place(draft)
        advance(sid, to: .ringing)
        if voice.number.voiceURL.isEmpty, project.extensionLookupURL != nil {
            beginMenu(sid)
        } else if voice.number.voiceURL.isEmpty {
            let script = (try? TwiMLVerb.parse(Self.usualMenu)) ?? []
            run(script, for: sid)
        } else {
            fetch(voice.number.voiceURL, method: voice.number.voiceMethod, for: sid)
        }
        return sid
    }

    /// Somebody with a client, or the Flex desk, dials a number: his own leg is live at once, the other one rings.
    ///
    /// Both meet in a conference, so that either can be held; whoever hangs up ends it.
    mutating func dialsOut(from: String, to: String) throws(TwilioProblem) -> String {
        guard from.hasPrefix("client:") else {
            throw .invalid("to", "it is the project's number, or from is client: and an identity")
        }
        try checkMayDial(to)
        let sid = place(CallDraft(direction: .inbound, from: from, to: to))
        var entry = ConferenceEntry(name: sid)
        entry.endsConference = true
        entry.label = "agent"
        let dial = TwiMLVerb.Dial(conference: entry)
        _ = voice.calls.update(sid) { $0.script = [.dial(dial)] }
        advance(sid, to: .inProgress)
        entry.label = "customer"
        _ = invite(CallDraft(from: project.number, to: to, calledBy: sid), entry)
        return sid
    }
}
