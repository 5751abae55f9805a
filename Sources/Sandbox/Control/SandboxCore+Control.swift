import Events
import NIOHTTP1

/// The pages' and tests' API below `/sandbox/v1/`: what concerns all projects; the rest are routes of the products.
extension SandboxCore {
    func serveControl(_ raw: RawRequest, _ exchange: any Exchange) {
        let requestID = nextRequestID()
        guard raw.isLocal, isSameOrigin(raw) else {
            let problem = TwilioProblem(status: 403, code: 20403, "The Sandbox is controlled from this machine only")
            return exchange.answer(problem.answer, requestID: requestID)
        }
        do throws(TwilioProblem) {
            guard let method = RestMethod(rawValue: raw.head.method.rawValue) else {
                throw TwilioProblem(status: 405, code: 20004, "Method not allowed")
            }
            let request = try RestRequest(raw, method: method)
            let name = raw.path.dropFirst("/sandbox/v1/".count)
            switch (method, name) {
            case (.get, "stream"): return try listen(request, raw, exchange)
            case (.get, "log"):
                let since = try request.int("since", in: 0...Int.max) ?? 0
                return exchange.answer(log.answer(since: since), requestID: requestID)
            case (.get, "world"): return exchange.answer(worldAnswer(), requestID: requestID)
            case (.post, "reset"):
                reset()
                return exchange.answer(.noContent, requestID: requestID)
            default:
                exchange.answer(try act(request, on: name, method: method), requestID: requestID)
            }
        } catch {
            exchange.answer(error.answer, requestID: requestID)
        }
    }

    /// A browser's page of another origin may not act here.
    private func isSameOrigin(_ raw: RawRequest) -> Bool {
        guard let origin = raw.head.headers.first(name: "Origin") else { return true }
        let host = raw.head.headers.first(name: "Host") ?? ""
        return origin == "http://\(host)" || origin == "https://\(host)"
    }

    private func listen(_ request: RestRequest, _ raw: RawRequest, _ exchange: any Exchange) throws(TwilioProblem) {
        guard !stream.isFull else {
            throw TwilioProblem(status: 503, code: 20503, "\(ChangeStream.listenerLimit) streams are open, the limit")
        }
        let project = request.text("project")
        if let project, !seats.contains(where: { $0.project.name == project }) { throw .notFound(project) }
        let last = raw.head.headers.first(name: "Last-Event-ID") ?? request.text("last_event_id")
        guard let sink = exchange.beginStream(contentType: "text/event-stream; charset=utf-8") else { return }
        stream.listen(sink, project: project, after: last.flatMap { UInt64($0) })
    }

    /// A route of a product, in the world of the project that the request names.
    private func act(
        _ request: RestRequest, on name: Substring, method: RestMethod
    ) throws(TwilioProblem) -> RestAnswer {
        switch control.match(method, Self.segments(name)) {
        case .unknown: throw .notFound(request.path)
        case .otherMethod: throw TwilioProblem(status: 405, code: 20004, "Method not allowed")
        case .route(let route, let captures):
            var request = request
            request.captures = captures
            request.baseURL = publicURL
            // People's acts are not REST writes: their webhooks always fire.
            request.echoesWebhooks = true
            let project = try request.required("project")
            guard let index = seats.firstIndex(where: { $0.project.name == project }) else { throw .notFound(project) }
            seats[index].world.set(clock: WallClock.now())
            defer { settle(index) }
            switch try route.handle(&seats[index].world, request) {
            case .answer(let answer): return answer
            case .ask(_, let resume): return try resume(&seats[index].world, .unmodified)
            }
        }
    }

    /// Every project as it is now.
    private func worldAnswer() -> RestAnswer {
        RestAnswer.object { json in
            json.objects("projects", seats) { seat, row in
                row.text("name", seat.project.name)
                row.text("account_sid", seat.project.accountSID)
                row.text("dialect", seat.project.dialect.rawValue)
                row.text("number", seat.project.number)
                row.text("whatsapp_number", seat.project.whatsAppNumber)
                seat.world.describeMessaging(&row)
                seat.world.describeTaskRouter(&row)
            }
        }
    }

    /// Begins again: new worlds from the same seed, no faults, an empty log.
    private func reset() {
        for index in seats.indices {
            seats[index].world = World(project: seats[index].project, seed: settings.seed, now: WallClock.now())
        }
        log.clear()
        stream.reset()
    }
}
