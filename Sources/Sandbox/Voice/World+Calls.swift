import Events

/// What is known of a new leg.
struct CallDraft: Sendable {
    var parentSID: String?
    var direction = Call.Direction.outboundAPI
    var from: String
    var to: String
    var callback = StatusCallback()
    var timeoutSeconds = Call.ringSeconds
    var documentURL: String?
    var documentMethod = RestMethod.post
    var fallbackURL: String?
    /// TwiML instead of a URL.
    var script: [TwiMLVerb]?
    var ringsFor: TwiMLVerb.Party?
    var reservationSID: String?
    var taskSID: String?
    var instruction: ConferenceInstruction?
    var calledBy: String?
    var invitedTo: String?
    /// Keys that are pressed once it is answered.
    var sendDigits: String?
}

extension World {
    /// How long it takes until the other side rings.
    static let ringDelay = Duration.milliseconds(100)

    /// Begins a leg; it rings a moment later and is given up when nobody answers in time.
    @discardableResult
    mutating func place(_ draft: CallDraft) -> String {
        var call = Call(
            sid: newSID("CA"), parentSID: draft.parentSID, direction: draft.direction, from: draft.from, to: draft.to,
            callback: draft.callback, createdAt: now, updatedAt: now)
        call.documentURL = draft.documentURL
        call.documentMethod = draft.documentMethod
        call.fallbackURL = draft.fallbackURL
        call.ringsFor = draft.ringsFor
        call.reservationSID = draft.reservationSID
        call.taskSID = draft.taskSID
        call.instruction = draft.instruction
        call.calledBy = draft.calledBy
        call.invitedTo = draft.invitedTo
        if let digits = draft.sendDigits { call.tones = digits }
        if let script = draft.script { call.script = script }
        let sid = call.sid
        trimCalls()
        voice.calls[sid] = call
        show(call: sid)
        tell(sid, "initiated")
        // A country that is not permitted: the leg fails, as with the provider's 13227.
        after(Self.ringDelay) { world in
            if world.mayDial(draft.to) { world.rings(sid) } else { world.advance(sid, to: .failed) }
        }
        after(.seconds(draft.timeoutSeconds)) { $0.advance(sid, to: .noAnswer) }
        return sid
    }

    private mutating func trimCalls() {
        guard voice.calls.count >= VoiceState.maxCalls else { return }
        let ended = voice.calls.all.filter(\.status.hasEnded).prefix(VoiceState.maxCalls / 10)
        for call in ended { voice.calls[call.sid] = nil }
    }

    /// Moves a leg; a move that is illegal from where it stands is a race that was lost and changes nothing.
    ///
    /// - Returns: Whether it moved.
    @discardableResult
    mutating func advance(_ sid: String, to status: CallStatus) -> Bool {
        let time = now
        guard voice.calls.update(sid, { $0.move(to: status, now: time) }) == true else { return false }
        show(call: sid)
        tell(sid, status.event)
        if status == .inProgress { answered(sid) }
        if status.hasEnded { ended(sid) }
        return true
    }

    private mutating func answered(_ sid: String) {
        after(.seconds(Call.lengthSeconds)) { $0.advance(sid, to: .completed) }
        guard let call = voice.calls[sid] else { return }
        if call.reservationSID != nil { workerAnswered(sid) }
        if let parent = call.parentSID, voice.calls[parent] != nil {
            bridge(child: sid, parent: parent)
        } else if call.script.isEmpty, let url = call.documentURL {
            fetch(url, method: call.documentMethod, for: sid)
        } else {
            play(sid)
        }
    }

    /// Two legs hear each other; the others that rang are given up.
    private mutating func bridge(child: String, parent: String) {
        for other in voice.calls[parent]?.children ?? [] where other != child { advance(other, to: .canceled) }
        _ = voice.calls.update(child) { $0.begin(.bridge) }
        show(call: parent)
    }

    private mutating func ended(_ sid: String) {
        guard let call = voice.calls[sid] else { return }
        let wait = call.wait
        _ = voice.calls.update(sid) { $0.begin(.nothing) }
        if call.conferenceSID != nil { leaveConference(sid) }
        for child in call.children { hangUp(child) }
        if let room = call.invitedTo { _ = voice.conferences.update(room) { $0.invited.removeAll { $0 == sid } } }
        if call.answeredAt == nil, let caller = call.calledBy { hangUp(caller) }
        if call.parentSID != nil { childEnded(sid) }
        if case .queue(let task) = wait { endTask(task, completes: false, reason: "hangup") }
        callTaskFollows(call)
    }

    /// Ends a leg: a live one is completed, one that rings is given up.
    @discardableResult
    mutating func hangUp(_ sid: String) -> Bool {
        guard let call = voice.calls[sid] else { return false }
        return advance(sid, to: call.status == .inProgress ? .completed : .canceled)
    }

    /// A Dial's leg ended: when no other one rings or talks, the Dial is over.
    private mutating func childEnded(_ sid: String) {
        guard let child = voice.calls[sid], let parentSID = child.parentSID, let parent = voice.calls[parentSID],
            case .dial(let dial) = parent.wait, !parent.status.hasEnded,
            parent.children.allSatisfy({ voice.calls[$0]?.status.hasEnded ?? true })
        else { return }
        // The answered leg says how it went; else the last that gave up.
        let leg = parent.children.compactMap { voice.calls[$0] }.first { $0.answeredAt != nil } ?? child
        dialEnded(parentSID, dial, leg: leg)
    }

    mutating func dialEnded(_ sid: String, _ dial: TwiMLVerb.Dial, leg: Call?) {
        _ = voice.calls.update(sid) { $0.begin(.nothing) }
        guard let action = dial.action else {
            // A caller who talked to the extension that he chose wants nobody else.
            if voice.calls[sid]?.menu != nil, leg?.answeredAt != nil {
                advance(sid, to: .completed)
                return
            }
            return play(sid)
        }
        var extra: [(name: String, value: String)] = []
        if let leg {
            extra += [
                ("DialCallSid", leg.sid), ("DialCallStatus", leg.status.rawValue),
                ("DialCallDuration", String(leg.duration)),
            ]
        } else {
            extra.append(("DialCallStatus", "answered"))
        }
        fetch(action, method: dial.method, for: sid, extra: extra)
    }

    // Telling

    /// Sends a status callback when it is asked for.
    private mutating func tell(_ sid: String, _ event: String) {
        guard let call = voice.calls[sid], let url = call.callback.url, call.callback.events.contains(event) else {
            return
        }
        _ = voice.calls.update(sid) { $0.sequence += 1 }
        var parameters = parameters(of: call, status: event == "initiated" ? "initiated" : call.status.rawValue)
        parameters += [
            ("Timestamp", now.rfc2822), ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", String(call.sequence)),
        ]
        if call.status.hasEnded {
            parameters += [
                ("CallDuration", String(call.duration)), ("Duration", String((call.duration + 59) / 60)),
                ("SipResponseCode", String(call.status.sipCode)),
            ]
        }
        send(
            Webhook(
                url: url, event: event, parameters: parameters, policy: .standard, method: call.callback.method))
    }

    /// What every request about a call carries.
    func parameters(of call: Call, status: String) -> [(name: String, value: String)] {
        var parameters = [
            (name: "CallSid", value: call.sid), (name: "AccountSid", value: project.accountSID),
            (name: "ApiVersion", value: "2010-04-01"), (name: "From", value: call.from), (name: "To", value: call.to),
            (name: "Caller", value: call.from), (name: "Called", value: call.to),
            (name: "Direction", value: call.direction.rawValue), (name: "CallStatus", value: status),
        ]
        if let parent = call.parentSID { parameters.append((name: "ParentCallSid", value: parent)) }
        return parameters
    }

    /// Shows a leg, whole, on the stream.
    mutating func show(call sid: String) {
        guard let call = voice.calls[sid] else { return }
        let member = member(call)
        record(.call, call.status == .queued ? .added : .updated) { $0.shown(call, member) }
    }

    /// The part that a leg has in its conference.
    func member(_ call: Call) -> Conference.Member? {
        call.conferenceSID.flatMap { voice.conferences[$0] }?.members.first { $0.callSID == call.sid }
    }
}

extension JSONFields {
    /// A leg as the pages see it.
    mutating func shown(_ call: Call, _ member: Conference.Member?) {
        text("sid", call.sid)
        text("parent_sid", call.parentSID)
        text("direction", call.direction.rawValue)
        text("from", call.from)
        text("to", call.to)
        text("status", call.status.rawValue)
        text("prompt", call.status == .inProgress ? call.prompt : nil)
        bool("held", member?.isHeld ?? false)
        bool("muted", member?.isMuted ?? false)
        text("task_sid", call.taskSID)
        text("reservation_sid", call.reservationSID)
        text("conference_sid", call.conferenceSID ?? (call.status.hasEnded ? nil : call.invitedTo))
        text("label", member?.label)
        text("tones", call.tones)
        text("answered_at", call.answeredAt?.withMilliseconds)
        text("ended_at", call.endedAt?.withMilliseconds)
        text("date_created", call.createdAt.withMilliseconds)
    }
}
