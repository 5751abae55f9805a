import Events

/// Carries out the menu by which callers choose an extension.
extension World {
    /// A call was answered: the caller hears the menu.
    mutating func beginMenu(_ sid: String) {
        let menu = ExtensionMenu()
        _ = voice.calls.update(sid) { $0.menu = menu }
        perform(menu.welcome, for: sid)
    }

    /// A menu's question was answered, or not in time.
    mutating func menuPressed(_ digits: String, on sid: String) {
        guard var menu = voice.calls[sid]?.menu else { return play(sid) }
        let action = menu.pressed(digits)
        _ = voice.calls.update(sid) { $0.menu = menu }
        perform(action, for: sid)
    }

    private mutating func perform(_ action: ExtensionMenu.Action, for sid: String) {
        switch action {
        case .ask(let prompt, let digits):
            let gather = TwiMLVerb.Gather(
                digits: digits, timeoutSeconds: ExtensionMenu.digitTimeoutSeconds, prompt: prompt, isMenu: true)
            // Whatever goes wrong with the menu leads to an agent.
            run([.gather(gather), .enqueue(workflowSID: nil, taskAttributes: [:])], for: sid)
        case .lookUp(let number):
            ask("/studio/extension", [("agentExt", number)], for: sid) { $0.found($1) }
        case .search(let keypad):
            ask("/studio/dial-by-name", [("digits", keypad)], for: sid) { $0.found(names: $1) }
        case .connect(let answer): connect(answer, for: sid)
        case .queue(let text): run([.say(text), .enqueue(workflowSID: nil, taskAttributes: [:])], for: sid)
        }
    }

    /// Asks the directory, as Studio's Make HTTP Request does: signed, with at most ten seconds.
    private mutating func ask(
        _ path: String, _ parameters: [(name: String, value: String)], for sid: String,
        _ then: @escaping @Sendable (inout ExtensionMenu, JSONValue?) -> ExtensionMenu.Action
    ) {
        guard let base = project.extensionLookupURL else { return }
        _ = voice.calls.update(sid) { $0.begin(.document) }
        let round = voice.calls[sid]?.round
        send(
            Webhook(url: base + path, event: "studio", parameters: parameters, policy: .standard) { world, answer in
                guard let call = world.voice.calls[sid], call.round == round, !call.status.hasEnded,
                    var menu = call.menu
                else { return }
                let value = answer.flatMap { try? JSONValue(parsing: $0.body) }
                let action = then(&menu, value)
                _ = world.voice.calls.update(sid) { $0.menu = menu }
                world.perform(action, for: sid)
            })
    }

    /// The extension's target gets the call: an agent by known-worker routing, a queue by an attribute, a number rings.
    private mutating func connect(_ answer: ExtensionMenu.Answer, for sid: String) {
        let hello = TwiMLVerb.say("Connecting you to \(answer.spokenName).")
        if let number = answer.target["number"]?.string {
            var dial = TwiMLVerb.Dial(callerID: project.number)
            dial.parties = [TwiMLVerb.Party(to: number)]
            // Whoever does not answer is followed by the next free agent.
            return run([hello, .dial(dial), .enqueue(workflowSID: nil, taskAttributes: [:])], for: sid)
        }
        var attributes = JSONObject([("extension", .string(answer.number)), ("spokenName", .string(answer.spokenName))])
        attributes["workerSID"] = answer.target["workerSid"]
        attributes["queue"] = answer.target["queue"]
        attributes["fallbackWorkerSID"] = answer.fallback?["workerSid"]
        attributes["fallbackQueue"] = answer.fallback?["queue"]
        run([hello, .enqueue(workflowSID: nil, taskAttributes: .object(attributes))], for: sid)
    }
}
