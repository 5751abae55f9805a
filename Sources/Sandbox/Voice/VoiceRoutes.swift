import Events

/// The calls of calls and conferences: the `2010-04-01` API.
enum VoiceRoutes {
    static let maxPageSize = 1_000
    /// Longest TwiML in a parameter, in characters.
    static let maxTwimlLength = 4_000

    static let routes: [RestRoute] = calls + conferences + participants + numbers + DialingRoutes.routes

    static func route(_ method: RestMethod, _ path: String, _ handle: @escaping RestRoute.Handler) -> RestRoute {
        RestRoute(method, "api/2010-04-01/Accounts/{account}/\(path)") { world, request throws(TwilioProblem) in
            guard request["account"] == world.project.accountSID else {
                throw .notFound("/Accounts/\(request["account"])")
            }
            return try handle(&world, request)
        }
    }

    private static let calls: [RestRoute] = [
        route(.post, "Calls.json") { world, request throws(TwilioProblem) in
            let draft = try draft(world, request)
            let sid = world.place(draft)
            return try answer(world, sid, status: 201)
        },
        route(.get, "Calls.json") { world, request throws(TwilioProblem) in
            let list = try listed(world, request)
            return try Page(request, list, maxSize: maxPageSize, key: \.sid)
                .classicAnswer("calls", hostPrefix: request.baseURL) { $1.members(of: $0, in: world) }
        },
        route(.get, "Calls/{call}.json") { world, request throws(TwilioProblem) in
            try answer(world, request["call"])
        },
        route(.post, "Calls/{call}.json") { world, request throws(TwilioProblem) in
            try update(&world, request, request["call"])
            return try answer(world, request["call"])
        },
        route(.delete, "Calls/{call}.json") { world, request throws(TwilioProblem) in
            guard let call = world.voice.calls[request["call"]] else { throw .notFound("/Calls/\(request["call"])") }
            guard call.status.hasEnded else {
                throw TwilioProblem(status: 400, code: 20009, "Call \(call.sid) is in progress and cannot be deleted")
            }
            world.voice.calls[call.sid] = nil
            return .noContent
        },
    ]

    private static let numbers: [RestRoute] = [
        route(.get, "IncomingPhoneNumbers.json") { world, request throws(TwilioProblem) in
            let wanted = request.text("PhoneNumber")
            let list = [world.project.number].filter { wanted == nil || $0 == wanted }
            return try Page(request, list, maxSize: maxPageSize, key: { $0 })
                .classicAnswer("incoming_phone_numbers", hostPrefix: request.baseURL) { $1.number(in: world, $0) }
        },
        route(.get, "IncomingPhoneNumbers/{number}.json") { world, request throws(TwilioProblem) in
            guard request["number"] == world.voice.number.sid else { throw .notFound(request["number"]) }
            return .object { $0.number(in: world, world.project.number) }
        },
        route(.post, "IncomingPhoneNumbers/{number}.json") { world, request throws(TwilioProblem) in
            guard request["number"] == world.voice.number.sid else { throw .notFound(request["number"]) }
            if let url = request.text("VoiceUrl") { world.voice.number.voiceURL = url }
            if let text = request.text("VoiceMethod") { world.voice.number.voiceMethod = method(text) }
            if let url = request.text("VoiceFallbackUrl") { world.voice.number.fallbackURL = url }
            if let url = request.text("StatusCallback") { world.voice.number.callback.url = url.isEmpty ? nil : url }
            return .object { $0.number(in: world, world.project.number) }
        },
    ]

    static func method(_ text: String?) -> RestMethod { text?.uppercased() == "GET" ? .get : .post }

    /// A party is a number in E.164, a client or a SIP address.
    static func checkParty(_ text: String, _ parameter: String) throws(TwilioProblem) {
        let isNumber = text.hasPrefix("+") && (8...16).contains(text.count) && text.dropFirst().allSatisfy(\.isNumber)
        guard isNumber || (text.hasPrefix("client:") && text.count > 7) || text.hasPrefix("sip:") else {
            throw TwilioProblem(
                status: 400, code: parameter == "To" ? 21211 : 21212,
                "Invalid '\(parameter)': it is a number with + and country code, or client: and an identity")
        }
    }

    private static func draft(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> CallDraft {
        guard let to = request.text("To"), !to.isEmpty else {
            throw TwilioProblem(status: 400, code: 21201, "No 'To' number is specified")
        }
        guard let from = request.text("From"), !from.isEmpty else {
            throw TwilioProblem(status: 400, code: 21213, "No 'From' number is specified")
        }
        try checkParty(to, "To")
        try checkParty(from, "From")
        try world.checkMayDial(to)
        var draft = CallDraft(from: from, to: to)
        draft.callback = try callback(request, event: "StatusCallbackEvent")
        draft.timeoutSeconds = try request.int("Timeout", in: Call.ringRange) ?? Call.ringSeconds
        draft.fallbackURL = request.text("FallbackUrl")
        draft.sendDigits = request.text("SendDigits")
        draft.documentMethod = method(request.text("Method"))
        if let url = request.text("Url") {
            draft.documentURL = url
        } else if let twiml = request.text("Twiml") {
            draft.script = try script(twiml)
        } else {
            throw TwilioProblem(status: 400, code: 21205, "Url parameter is required, or Twiml")
        }
        return draft
    }

    static func callback(_ request: RestRequest, event: String) throws(TwilioProblem) -> StatusCallback {
        let url = request.text("StatusCallback")
        if let url, let start = url.firstRange(of: "://"),
            url[start.upperBound...].prefix(while: { $0 != "/" && $0 != ":" && $0 != "?" }).contains("_")
        {
            throw TwilioProblem(status: 400, code: 21609, "Invalid StatusCallback: its host has an underscore")
        }
        return StatusCallback(
            url: url, method: method(request.text("StatusCallbackMethod")), events: request.all(event))
    }

    private static func script(_ twiml: String) throws(TwilioProblem) -> [TwiMLVerb] {
        guard twiml.count <= maxTwimlLength else {
            throw TwilioProblem(status: 400, code: 21502, "Twiml has more than \(maxTwimlLength) characters")
        }
        return try TwiMLVerb.parse(twiml)
    }

    /// A live call is hung up or gets other TwiML.
    private static func update(_ world: inout World, _ request: RestRequest, _ sid: String) throws(TwilioProblem) {
        guard let call = world.voice.calls[sid] else { throw .notFound("/Calls/\(sid)") }
        if let status = request.text("Status") {
            guard status == "completed" || status == "canceled" else {
                throw .invalid("Status", "it is completed or canceled")
            }
            // Too late is no error: the call has ended, as was wanted.
            if call.status.hasEnded { return }
            if status == "canceled", call.status == .inProgress {
                throw TwilioProblem(
                    status: 400, code: 21220, "Call \(sid) is in progress and can be completed, not canceled")
            }
            world.hangUp(sid)
            return
        }
        guard call.status == .inProgress else {
            throw TwilioProblem(status: 400, code: 21220, "Call is not in-progress. Cannot redirect.")
        }
        if let url = request.text("Url") {
            world.leaveAll(sid)
            world.fetch(url, method: method(request.text("Method")), for: sid)
        } else if let twiml = request.text("Twiml") {
            let script = try script(twiml)
            world.leaveAll(sid)
            world.run(script, for: sid)
        } else if let url = request.text("StatusCallback") {
            _ = world.voice.calls.update(sid) { $0.callback.url = url }
        }
    }

    private static func listed(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> [Call] {
        var list = Array(world.voice.calls.all.reversed())
        if let to = request.text("To") { list = list.filter { $0.to == to } }
        if let from = request.text("From") { list = list.filter { $0.from == from } }
        if let parent = request.text("ParentCallSid") { list = list.filter { $0.parentSID == parent } }
        if let status = request.text("Status") { list = list.filter { $0.status.rawValue == status } }
        if let from = try request.date("StartTime>") { list = list.filter { $0.createdAt >= from } }
        if let until = try request.date("StartTime<") { list = list.filter { $0.createdAt <= until } }
        return list
    }

    private static func answer(_ world: World, _ sid: String, status: Int = 200) throws(TwilioProblem) -> RestAnswer {
        guard let call = world.voice.calls[sid] else { throw .notFound("/Calls/\(sid)") }
        return .object(status) { $0.members(of: call, in: world) }
    }
}

extension World {
    /// Takes a leg out of what it waits for, before it gets another script: its children end, its conference loses it.
    mutating func leaveAll(_ sid: String) {
        guard let call = voice.calls[sid] else { return }
        _ = voice.calls.update(sid) { call in
            call.begin(.nothing)
            call.children = []
        }
        if call.conferenceSID != nil { leaveConference(sid) }
        for child in call.children { hangUp(child) }
    }
}
