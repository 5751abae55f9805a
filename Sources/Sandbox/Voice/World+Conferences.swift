import Events

extension World {
    /// A leg enters a conference, which begins when somebody is there who starts it.
    ///
    /// - Returns: Whether there was room.
    @discardableResult
    mutating func join(_ callSID: String, _ entry: ConferenceEntry) -> Bool {
        let time = now
        let sid = openConference(entry)
        guard let conference = voice.conferences[sid], conference.members.count < Conference.maxMembers else {
            advance(callSID, to: .completed)
            return false
        }
        let member = Conference.Member(
            callSID: callSID, label: entry.label, isMuted: entry.isMuted, startsConference: entry.startsConference,
            endsConference: entry.endsConference, joinedAt: time)
        _ = voice.conferences.update(sid) { conference in
            conference.members.append(member)
            conference.updatedAt = time
        }
        _ = voice.calls.update(callSID) { $0.conferenceSID = sid }
        if conference.status == "init", entry.startsConference {
            _ = voice.conferences.update(sid) { $0.status = "in-progress" }
            tell(conference: sid, "conference-start", member: nil)
        }
        tell(conference: sid, "participant-join", member: member)
        show(call: callSID)
        return true
    }

    /// The running conference of a name, made when there is none; the first callback that is named is its.
    mutating func openConference(_ entry: ConferenceEntry) -> String {
        if let open = voice.conferences.first(where: { $0.friendlyName == entry.name && $0.status != "completed" }) {
            if open.callback.url == nil { _ = voice.conferences.update(open.sid) { $0.callback = entry.callback } }
            return open.sid
        }
        let conference = Conference(
            sid: newSID("CF"), friendlyName: entry.name, callback: entry.callback, createdAt: now, updatedAt: now)
        voice.conferences[conference.sid] = conference
        return conference.sid
    }

    /// Calls somebody into a conference.
    ///
    /// - Returns: His leg, and what he is in the conference once he answers.
    mutating func invite(_ draft: CallDraft, _ entry: ConferenceEntry) -> (call: String, member: Conference.Member) {
        let room = openConference(entry)
        var draft = draft
        draft.script = [.dial(TwiMLVerb.Dial(conference: entry))]
        draft.invitedTo = room
        let call = place(draft)
        _ = voice.conferences.update(room) { $0.invited.append(call) }
        let member = Conference.Member(
            callSID: call, label: entry.label, isMuted: entry.isMuted, startsConference: entry.startsConference,
            endsConference: entry.endsConference, joinedAt: now)
        return (call, member)
    }

    /// A leg is gone from its conference; with the one that ends it, or the last one, it is over.
    mutating func leaveConference(_ callSID: String) {
        guard let sid = voice.calls[callSID]?.conferenceSID, let conference = voice.conferences[sid],
            let member = conference.members.first(where: { $0.callSID == callSID })
        else { return }
        let time = now
        _ = voice.calls.update(callSID) { $0.conferenceSID = nil }
        _ = voice.conferences.update(sid) { conference in
            conference.members.removeAll { $0.callSID == callSID }
            // Who was invited and goes elsewhere is not hung up with those who stay.
            conference.invited.removeAll { $0 == callSID }
            conference.updatedAt = time
        }
        tell(conference: sid, "participant-leave", member: member)
        if member.endsConference {
            _ = voice.conferences.update(sid) { $0.endedBy = callSID }
            endConference(sid, reason: "participant-with-end-conference-on-exit-left")
        } else if conference.members.count <= 1 {
            _ = voice.conferences.update(sid) { $0.endedBy = callSID }
            endConference(sid, reason: "last-participant-left")
        }
    }

    /// Ends a conference: everybody goes on with his script, and hangs up at its end.
    mutating func endConference(_ sid: String, reason: String) {
        guard let conference = voice.conferences[sid], conference.status != "completed" else { return }
        let time = now
        _ = voice.conferences.update(sid) { conference in
            conference.status = "completed"
            conference.members = []
            conference.invited = []
            conference.endReason = reason
            conference.updatedAt = time
        }
        for member in conference.members {
            tell(conference: sid, "participant-leave", member: member)
            _ = voice.calls.update(member.callSID) { $0.conferenceSID = nil }
        }
        tell(conference: sid, "conference-end", member: nil)
        for call in conference.invited { hangUp(call) }
        for member in conference.members { leftConference(member.callSID) }
    }

    /// What a leg does that is in no conference any more.
    private mutating func leftConference(_ callSID: String) {
        guard let call = voice.calls[callSID], !call.status.hasEnded else { return }
        if case .conference(let dial) = call.wait {
            dialEnded(callSID, dial, leg: nil)
        } else {
            advance(callSID, to: .completed)
        }
    }

    /// Holds, mutes or removes a member.
    mutating func updateMember(
        _ callSID: String, of sid: String, isMuted: Bool?, isHeld: Bool?, endsConference: Bool? = nil
    ) throws(TwilioProblem) {
        guard let member = voice.conferences[sid]?.members.first(where: { $0.callSID == callSID }) else {
            throw .notFound("/Participants/\(callSID)")
        }
        var changed = member
        if let isMuted { changed.isMuted = isMuted }
        if let isHeld { changed.isHeld = isHeld }
        if let endsConference { changed.endsConference = endsConference }
        let next = changed
        let time = now
        _ = voice.conferences.update(sid) { conference in
            for index in conference.members.indices where conference.members[index].callSID == callSID {
                conference.members[index] = next
            }
            conference.updatedAt = time
        }
        if next.isMuted != member.isMuted {
            tell(conference: sid, next.isMuted ? "participant-mute" : "participant-unmute", member: next)
        }
        if next.isHeld != member.isHeld {
            tell(conference: sid, next.isHeld ? "participant-hold" : "participant-unhold", member: next)
        }
        show(call: callSID)
    }

    /// Takes a member out; his script goes on.
    mutating func removeMember(_ callSID: String, of sid: String) throws(TwilioProblem) {
        guard voice.calls[callSID]?.conferenceSID == sid else { throw .notFound("/Participants/\(callSID)") }
        leaveConference(callSID)
        leftConference(callSID)
    }

    private mutating func tell(conference sid: String, _ event: String, member: Conference.Member?) {
        guard let conference = voice.conferences[sid], let url = conference.callback.url else { return }
        // The event's short form: start, end, join, leave, mute (also unmute), hold (also unhold).
        var short = event.drop { $0 != "-" }.dropFirst()
        if short.hasPrefix("un") { short = short.dropFirst(2) }
        guard conference.callback.events.contains(String(short)) else { return }
        _ = voice.conferences.update(sid) { $0.sequence += 1 }
        var parameters: [(name: String, value: String)] = []
        if let member { parameters.append(("CallSid", member.callSID)) }
        parameters += [
            ("AccountSid", project.accountSID), ("ConferenceSid", sid), ("FriendlyName", conference.friendlyName),
            ("StatusCallbackEvent", event), ("Timestamp", now.rfc2822),
            ("SequenceNumber", String(conference.sequence + 1)),
        ]
        if let member {
            if let label = member.label { parameters.append(("ParticipantLabel", label)) }
            parameters += [
                ("Muted", String(member.isMuted)), ("Hold", String(member.isHeld)), ("Coaching", "false"),
                ("StartConferenceOnEnter", String(member.startsConference)),
                ("EndConferenceOnExit", String(member.endsConference)),
            ]
        }
        if event == "conference-end" {
            parameters.append(("ReasonConferenceEnded", conference.endReason ?? "conference-ended-via-api"))
            if let call = conference.endedBy { parameters.append(("CallSidEndingConference", call)) }
        }
        send(
            Webhook(
                url: url, event: event, parameters: parameters, policy: .standard,
                method: conference.callback.method))
    }
}
