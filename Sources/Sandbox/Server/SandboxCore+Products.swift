import Events
import Hosting
import NIOCore
import NIOHTTP1

/// Twilio's own API below `/api/`, with the faults that are on.
extension SandboxCore {
    /// One request from its arrival to its end.
    struct Turn {
        let raw: RawRequest
        let exchange: any Exchange
        let project: Int
        /// That of the project when it came.
        let generation: Int
        let requestID: String
        let started: NIODeadline
        var fault = RequestFault.none
        /// Asked of the CRM instead of a product.
        var isCRM = false
    }

    func serveProduct(_ raw: RawRequest, _ exchange: any Exchange) {
        let requestID = nextRequestID()
        guard let index = project(of: raw) else {
            return exchange.answer(TwilioProblem.unauthorised.answer, requestID: requestID)
        }
        var turn = Turn(
            raw: raw, exchange: exchange, project: index, generation: seats[index].generation, requestID: requestID,
            started: .now())
        inFlight += 1
        turn.fault = fault(raw, index)
        begin(turn)
    }

    /// Goes on with a request, after the time that a fault holds it up.
    func begin(_ turn: Turn) {
        guard let latency = turn.fault.latency else { return perform(turn) }
        eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(latency)) { self.perform(turn) }
    }

    private func fault(_ raw: RawRequest, _ index: Int) -> RequestFault {
        guard let method = RestMethod(rawValue: raw.head.method.rawValue) else { return .none }
        let below = raw.path.dropFirst("/api/".count)
        let product = below.prefix { $0 != "/" }
        return faults.decide(
            project: seats[index].project.name, product: String(product), method: method,
            path: below.dropFirst(product.count), now: WallClock.now())
    }

    /// Does what the fault leaves to be done.
    private func perform(_ turn: Turn) {
        // It was held up, and its world is gone.
        guard turn.generation == seats[turn.project].generation else { return finish(turn, Self.wasReset.answer) }
        switch turn.fault.effect {
        case .none: apply(turn)
        case .status(let status, let retryAfter, let isDone):
            let problem = Self.problem(status, retryAfter: retryAfter).answer
            isDone ? apply(turn) { _ in self.finish(turn, problem) } : finish(turn, problem)
        case .timeout(let isDone):
            isDone ? apply(turn) { _ in self.hang(turn) } : hang(turn)
        case .lostAnswer: apply(turn) { _ in self.cut(turn) }
        case .down(let status):
            if let status { finish(turn, Self.problem(status, retryAfter: nil).answer) } else { cut(turn) }
        }
    }

    private static func problem(_ status: Int, retryAfter: Int?) -> TwilioProblem {
        switch status {
        case 429: TwilioProblem(status: 429, code: 20429, "Too Many Requests", retryAfter: retryAfter)
        case 503: TwilioProblem(status: 503, code: 20503, "Service Unavailable", retryAfter: retryAfter)
        default: TwilioProblem(status: status, code: 20000 + status, "Internal Server Error", retryAfter: retryAfter)
        }
    }

    private func apply(_ turn: Turn) {
        apply(turn) { self.finish(turn, $0) }
    }

    /// Applies a request to its project's world, after its pre-event webhook if it has one.
    private func apply(_ turn: Turn, then: @escaping (RestAnswer) -> Void) {
        let raw = turn.raw
        do throws(TwilioProblem) {
            guard let method = RestMethod(rawValue: raw.head.method.rawValue) else { throw Self.methodNotAllowed }
            let segments = Self.segments(raw.path.dropFirst(turn.isCRM ? Self.crmRoot.count : "/api/".count))
            switch (turn.isCRM ? crm : products).match(method, segments) {
            case .unknown: throw .notFound(String(raw.path))
            case .otherMethod: throw Self.methodNotAllowed
            case .route(let route, let captures):
                var request = try RestRequest(raw, method: method)
                request.captures = captures
                request.baseURL = "\(publicURL)/api/\(segments.first ?? "")"
                run(route, request, project: turn.project, then: then)
            }
        } catch {
            then(error.answer)
        }
    }

    /// What was asked of a world that a reset has ended meanwhile.
    static let wasReset = TwilioProblem(status: 503, code: 20503, "The Sandbox was reset meanwhile")
    static let methodNotAllowed = TwilioProblem(status: 405, code: 20004, "Method not allowed")

    /// Sends a pre-event webhook, then goes on as it says.
    ///
    /// No answer within its time leaves the change as it was asked; 4xx and 5xx reject it.
    func ask(
        _ webhook: Webhook, project index: Int,
        resume: @escaping @Sendable (inout World, PreEventReply) throws(TwilioProblem) -> RestAnswer,
        then: @escaping (RestAnswer) -> Void
    ) {
        let generation = seats[index].generation
        seats[index].sender.ask(webhook) { answer in
            guard self.seats[index].generation == generation else { return then(Self.wasReset.answer) }
            let reply: PreEventReply =
                switch answer {
                case .none: .unmodified
                case .some(let answer) where (200..<300).contains(answer.status):
                    answer.body.isEmpty ? .unmodified : .modified(body: answer.body)
                case .some(let answer): .rejected(status: answer.status)
                }
            self.setClock(index)
            let answer: RestAnswer
            do throws(TwilioProblem) {
                answer = try resume(&self.seats[index].world, reply)
            } catch {
                answer = error.answer
            }
            self.settle(index)
            then(answer)
        }
    }

    private func finish(_ turn: Turn, _ answer: RestAnswer) {
        turn.exchange.answer(turn.isCRM ? Self.crmAnswer(answer) : answer, requestID: turn.requestID)
        end(turn, status: answer.status)
    }

    private func cut(_ turn: Turn) {
        turn.exchange.cut()
        end(turn, status: 0)
    }

    /// Never answers; the connection is cut when nobody can still be waiting.
    private func hang(_ turn: Turn) {
        eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(Self.hangTime)) { turn.exchange.cut() }
        end(turn, status: 0)
    }

    /// How long a connection without an answer stays open.
    static let hangTime: Duration = .seconds(60)

    private func end(_ turn: Turn, status: Int) {
        inFlight -= 1
        note(
            RequestLog.Entry(
                isOutgoing: false, at: WallClock.now(), project: seats[turn.project].project.name,
                method: turn.raw.head.method.rawValue, path: String(turn.raw.path), status: status,
                requestID: turn.requestID, fault: turn.fault.name,
                duration: .nanoseconds((NIODeadline.now() - turn.started).nanoseconds)))
    }
}
