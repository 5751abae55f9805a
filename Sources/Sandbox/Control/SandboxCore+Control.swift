import Events
import Hosting
import NIOHTTP1

/// The pages' and tests' API below `/sandbox/v1/`: what concerns all projects; the rest are routes of the products.
extension SandboxCore {
    func serveControl(_ raw: RawRequest, _ exchange: any Exchange) {
        let requestID = nextRequestID()
        let then: (RestAnswer) -> Void = { exchange.answer($0, requestID: requestID) }
        guard raw.isLocal, !isForwarded(raw), isOwnHost(raw), isSameOrigin(raw) else {
            return then(
                TwilioProblem(status: 403, code: 20403, "The Sandbox is controlled from its own machine only").answer)
        }
        do throws(TwilioProblem) {
            guard let method = RestMethod(rawValue: raw.head.method.rawValue) else { throw Self.methodNotAllowed }
            let name = raw.path.dropFirst("/sandbox/v1/".count)
            if name.hasPrefix(Self.dataverseControl) {
                return then(actOnDataverse(raw, name.dropFirst(Self.dataverseControl.count)))
            }
            let request = try RestRequest(raw, method: method)
            switch (method, name) {
            case (.get, "stream"): try listen(request, raw, exchange)
            case (.get, "log"): then(logAnswer(since: try request.int("since", in: 0...Int.max) ?? 0))
            case (.get, "world"): then(worldAnswer())
            case (.post, "reset"): then(reset())
            case (.get, "faults"): then(faultsAnswer())
            case (.put, "faults"): then(try setFaults(request))
            case (.delete, "faults"): then(clearFaults())
            default: try act(request, on: name, method: method, then: then)
            }
        } catch {
            then(error.answer)
        }
    }

    /// What a proxy passed on is not of this machine.
    private func isForwarded(_ raw: RawRequest) -> Bool {
        ["Forwarded", "X-Forwarded-For"].contains { raw.head.headers.first(name: $0) != nil }
    }

    /// A page whose name was made to lead here (DNS rebinding) says so in `Host`.
    private func isOwnHost(_ raw: RawRequest) -> Bool {
        guard let host = raw.head.headers.first(name: "Host") else { return true }
        return Loopback.isHost(host) || settings.pageHosts.contains(String(host.prefix { $0 != ":" }))
    }

    /// A browser's page of another origin may not act here, unless it is one that the pages are passed on to.
    private func isSameOrigin(_ raw: RawRequest) -> Bool {
        guard let origin = raw.head.headers.first(name: "Origin") else { return true }
        let host = raw.head.headers.first(name: "Host") ?? ""
        if origin == "http://\(host)" || origin == "https://\(host)" { return true }
        return settings.pageHosts.contains { origin == "http://\($0)" || origin == "https://\($0)" }
    }

    private func listen(_ request: RestRequest, _ raw: RawRequest, _ exchange: any Exchange) throws(TwilioProblem) {
        guard !stream.isFull else {
            throw TwilioProblem(status: 503, code: 20503, "\(ChangeStream.listenerLimit) streams are open, the limit")
        }
        let project = request.text("project")
        if let project, !seats.contains(where: { $0.project.name == project }) { throw .notFound(project) }
        let last = raw.head.headers.first(name: "Last-Event-ID") ?? request.text("after")
        guard let sink = exchange.beginStream(contentType: "text/event-stream; charset=utf-8") else { return }
        stream.listen(sink, project: project, after: last.flatMap { UInt64($0) })
    }

    /// A route of a product, in the world of the project that the request names.
    private func act(
        _ request: RestRequest, on name: Substring, method: RestMethod, then: @escaping (RestAnswer) -> Void
    ) throws(TwilioProblem) {
        switch control.match(method, Self.segments(name)) {
        case .unknown: throw .notFound(request.path)
        case .otherMethod: throw Self.methodNotAllowed
        case .route(let route, let captures):
            var request = request
            request.captures = captures
            request.baseURL = publicURL
            // People's acts are not REST writes: their webhooks always fire.
            request.echoesWebhooks = true
            let project = try request.required("project")
            guard let index = seats.firstIndex(where: { $0.project.name == project }) else { throw .notFound(project) }
            run(route, request, project: index, then: then)
        }
    }

    /// Every project as it is now.
    private func worldAnswer() -> RestAnswer {
        RestAnswer.object { json in
            json.number("event_id", Int(stream.number))
            json.text("gateway_url", settings.gatewayURL)
            json.objects("projects", seats) { seat, row in
                row.text("name", seat.project.name)
                row.text("account_sid", seat.project.accountSID)
                row.text("dialect", seat.project.dialect.rawValue)
                row.text("number", seat.project.number)
                row.text("whatsapp_number", seat.project.whatsAppNumber)
                row.bool("routes_to_flex", seat.project.routesToFlex)
                row.bool("asks_callbacks", seat.project.callbackBase != nil)
                row.number("webhooks_waiting", seat.sender.count)
                Self.describeDropped(of: seat, &row)
                seat.world.describeMessaging(&row)
                seat.world.describeTaskRouter(&row)
            }
        }
    }

    private func logAnswer(since: Int) -> RestAnswer {
        log.answer(since: since) { [seats] json in
            json.objects("dropped", seats) { seat, row in
                row.text("project", seat.project.name)
                Self.describeDropped(of: seat, &row)
            }
        }
    }

    /// What a full queue has lost since the project began: webhooks never sent, timers never run.
    private static func describeDropped(of seat: Seat, _ json: inout JSONFields) {
        json.number("webhooks_dropped", seat.sender.dropped)
        json.number("timers_dropped", seat.world.timersDropped)
    }

    private func faultsAnswer() -> RestAnswer {
        .object { faults.write(&$0, now: WallClock.now()) }
    }

    private func setFaults(_ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let names = seats.map(\.project.name)
        faults = try FaultPlan(json: try request.jsonBody(), projects: names, now: WallClock.now())
        showFaults()
        return faultsAnswer()
    }

    private func clearFaults() -> RestAnswer {
        faults = FaultPlan()
        showFaults()
        return .noContent
    }

    private func showFaults() {
        let now = WallClock.now()
        let change = Change(kind: .fault, action: .updated, at: now) { [faults] in faults.write(&$0, now: now) }
        for seat in seats { stream.publish([change], project: seat.project.name) }
    }

    /// Begins again: new worlds from the same seed, no faults, an empty log; webhooks and requests of the old worlds that
    /// are under way end without effect.
    private func reset() -> RestAnswer {
        for index in seats.indices { renew(index) }
        dataverse = nil
        dataverseGeneration += 1
        faults = FaultPlan()
        log.clear()
        stream.reset()
        for index in seats.indices { settle(index) }
        return .noContent
    }
}
