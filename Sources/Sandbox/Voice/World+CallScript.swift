import Events

extension World {
    /// Gets TwiML and plays it.
    ///
    /// The URL is absolute, or relative to where the call's TwiML came from last; `extra` are parameters besides those
    /// of every request, such as `Digits`.
    mutating func fetch(
        _ url: String, method: RestMethod, for sid: String, extra: [(name: String, value: String)] = []
    ) {
        guard let call = voice.calls[sid], !call.status.hasEnded else { return }
        let absolute = Self.resolve(url, against: call.documentURL)
        _ = voice.calls.update(sid) { call in
            call.documentURL = absolute
            call.begin(.document)
        }
        let round = voice.calls[sid]?.round
        send(
            Webhook(
                url: absolute, event: "twiml", parameters: parameters(of: call, status: call.status.rawValue) + extra,
                policy: .standard, method: method, fallbackURL: call.fallbackURL
            ) { world, answer in
                guard let call = world.voice.calls[sid], call.round == round, !call.status.hasEnded else { return }
                guard let answer, (200..<300).contains(answer.status),
                    let script = try? TwiMLVerb.parse(String(decoding: answer.body, as: UTF8.self))
                else {
                    // "We are sorry, an application error has occurred."
                    world.failScript(sid)
                    return
                }
                world.run(script, for: sid)
            })
    }

    /// Plays TwiML that is there.
    mutating func run(_ script: [TwiMLVerb], for sid: String) {
        _ = voice.calls.update(sid) { call in
            call.script = script
            call.begin(.nothing)
        }
        // A document that rejects must do so before the answer.
        if case .reject(let isBusy)? = script.first, voice.calls[sid]?.status == .ringing {
            advance(sid, to: isBusy ? .busy : .failed)
        } else if voice.calls[sid]?.direction == .inbound, voice.calls[sid]?.status != .inProgress {
            advance(sid, to: .inProgress)
        } else {
            play(sid)
        }
    }

    private mutating func failScript(_ sid: String) {
        _ = voice.calls.update(sid) { $0.prompt = "An application error has occurred" }
        if !advance(sid, to: .failed) { advance(sid, to: .completed) }
    }

    /// Goes on with a leg's script until it waits for something or is at its end.
    mutating func play(_ sid: String) {
        while let call = voice.calls[sid], call.status == .inProgress, call.wait == .nothing {
            guard let verb = call.script.first else {
                advance(sid, to: .completed)
                return
            }
            _ = voice.calls.update(sid) { $0.script.removeFirst() }
            perform(verb, for: sid)
        }
    }

    private mutating func perform(_ verb: TwiMLVerb, for sid: String) {
        switch verb {
        case .say(let text): say(text, to: sid)
        case .tones(let digits): hears(digits, sid)
        case .pause(let seconds): wait(.pause, seconds: seconds, for: sid) { $0.play(sid) }
        case .gather(let gather):
            if !gather.prompt.isEmpty { say(gather.prompt, to: sid) }
            wait(.gather(gather), seconds: gather.timeoutSeconds, for: sid) { $0.gathered(sid) }
        case .dial(let dial): perform(dial, for: sid)
        case .enqueue(let workflow, let attributes): enqueue(sid, workflow: workflow, attributes: attributes)
        case .redirect(let url, let method): fetch(url, method: method, for: sid)
        case .reject, .hangup: advance(sid, to: .completed)
        }
    }

    mutating func say(_ text: String, to sid: String) {
        _ = voice.calls.update(sid) { $0.prompt = text }
        show(call: sid)
    }

    private mutating func wait(
        _ wait: Call.Wait, seconds: Int, for sid: String, _ then: @escaping @Sendable (inout World) -> Void
    ) {
        _ = voice.calls.update(sid) { $0.begin(wait) }
        let round = voice.calls[sid]?.round
        after(.seconds(seconds)) { world in
            guard let call = world.voice.calls[sid], call.round == round, !call.status.hasEnded else { return }
            if case .pause = wait { _ = world.voice.calls.update(sid) { $0.begin(.nothing) } }
            then(&world)
        }
    }

    private mutating func perform(_ dial: TwiMLVerb.Dial, for sid: String) {
        guard let call = voice.calls[sid] else { return }
        if let entry = dial.conference {
            _ = voice.calls.update(sid) { $0.begin(.conference(dial)) }
            join(sid, entry)
            return
        }
        _ = voice.calls.update(sid) { call in
            call.begin(.dial(dial))
            call.children = []
        }
        for party in dial.parties {
            let child = place(
                CallDraft(
                    parentSID: sid, direction: .outboundDial, from: dial.callerID ?? call.from, to: party.to,
                    callback: party.callback, timeoutSeconds: dial.timeoutSeconds, ringsFor: party))
            _ = voice.calls.update(sid) { $0.children.append(child) }
        }
        if let limit = dial.timeLimitSeconds {
            let children = voice.calls[sid]?.children ?? []
            after(.seconds(limit)) { world in for child in children { world.hangUp(child) } }
        }
    }

    /// Keys that somebody presses; a Gather ends with the last digit or the finishing key.
    mutating func press(_ keys: String, on sid: String) throws(TwilioProblem) {
        guard let call = voice.calls[sid] else { throw .notFound("/Calls/\(sid)") }
        guard keys.allSatisfy({ "0123456789*#w".contains($0) }) else {
            throw .invalid("digits", "they are 0-9, * and #")
        }
        guard case .gather(let gather) = call.wait else { return peersHear(keys, of: call) }
        for key in keys {
            if String(key) == gather.finishOnKey { return gathered(sid) }
            _ = voice.calls.update(sid) { $0.digits.append(key) }
            if let count = gather.digits, voice.calls[sid]?.digits.count ?? 0 >= count { return gathered(sid) }
        }
        // Its timeout is the silence after the last key.
        let pressed = voice.calls[sid]?.digits ?? ""
        wait(.gather(gather), seconds: gather.timeoutSeconds, for: sid) { $0.gathered(sid) }
        _ = voice.calls.update(sid) { $0.digits = pressed }
    }

    /// A Gather is over: with digits its action follows, without it the next verb.
    private mutating func gathered(_ sid: String) {
        guard let call = voice.calls[sid], case .gather(let gather) = call.wait else { return }
        let digits = call.digits
        _ = voice.calls.update(sid) { $0.begin(.nothing) }
        if gather.isMenu { return menuPressed(digits, on: sid) }
        guard !digits.isEmpty, let action = gather.action ?? call.documentURL else { return play(sid) }
        fetch(action, method: gather.method, for: sid, extra: [("Digits", digits), ("FinishedOnKey", "")])
    }

    /// An absolute URL from one that may be relative.
    static func resolve(_ url: String, against base: String?) -> String {
        guard !url.contains("://"), let base, let scheme = base.firstRange(of: "://") else { return url }
        let rest = base[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if url.hasPrefix("/") { return base[..<scheme.upperBound] + host + url }
        let path = rest.prefix { $0 != "?" && $0 != "#" }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? path + "/"
        return base[..<scheme.upperBound] + folder + url
    }
}
