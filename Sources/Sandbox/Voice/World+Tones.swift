import Events

/// Keypad tones, announcements and telephones that pick up by themselves.
extension World {
    /// A side hears keypad tones; `w` is a pause.
    mutating func hears(_ keys: String, _ sid: String) {
        let heard = keys.filter { $0 != "w" }
        _ = voice.calls.update(sid) { $0.tones = String(($0.tones + heard).suffix(Call.maxTones)) }
        show(call: sid)
    }

    /// Keys pressed while talking: everybody else in the conversation hears them.
    mutating func peersHear(_ keys: String, of call: Call) {
        var peers = call.children.filter { voice.calls[$0]?.status == .inProgress }
        if call.wait == .bridge, let parent = call.parentSID { peers.append(parent) }
        if let room = call.conferenceSID.flatMap({ voice.conferences[$0] }) {
            peers += room.members.filter { !$0.isHeld }.map(\.callSID)
        }
        for peer in Set(peers) where peer != call.sid { hears(keys, peer) }
    }

    /// Plays an announcement to one member: what the TwiML of a URL says, or its tones; the conversation goes on.
    mutating func announce(_ url: String, method: RestMethod, to member: Conference.Member, of room: Conference) {
        guard let call = voice.calls[member.callSID] else { return }
        let parameters =
            parameters(of: call, status: call.status.rawValue) + [
                (name: "ConferenceSid", value: room.sid), (name: "FriendlyName", value: room.friendlyName),
            ]
        send(
            Webhook(url: url, event: "twiml", parameters: parameters, policy: .standard, method: method) {
                world, answer in
                guard let answer, let script = try? TwiMLVerb.parse(String(decoding: answer.body, as: UTF8.self)),
                    world.voice.calls[call.sid]?.status == .inProgress
                else { return }
                for verb in script {
                    switch verb {
                    case .say(let text): world.say(text, to: call.sid)
                    case .tones(let keys): world.hears(keys, call.sid)
                    default: break
                    }
                }
            })
    }

    /// How long a telephone that picks up by itself rings.
    static let automaticRing = Duration.milliseconds(400)

    /// A leg begins to ring; the telephone of a worker who wants it so picks up.
    @discardableResult
    mutating func rings(_ sid: String) -> Bool {
        guard advance(sid, to: .ringing) else { return false }
        guard let to = voice.calls[sid]?.to,
            let worker = taskRouter.workspace.workers.first(where: { $0.address == to }),
            voice.automaticAnswer.contains(worker.sid)
        else { return true }
        after(Self.automaticRing) { world in
            if world.voice.calls[sid]?.status == .ringing { world.advance(sid, to: .inProgress) }
        }
        return true
    }
}
