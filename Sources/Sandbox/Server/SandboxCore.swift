import Events
import Hosting
import Logging
import NIOCore
import NIOHTTP1
import Twilio

/// Owns the worlds of all projects and applies what comes in, one after the other, on one event loop.
///
/// After each request and each timer it hands what happened on: changes to the stream, webhooks to their sender.
final class SandboxCore {
    /// One project: its world and what goes out of it.
    struct Seat {
        var world: World
        let project: SandboxProject
    }

    let settings: SandboxSettings
    let eventLoop: any EventLoop
    let logger: Logger
    let files: StaticFiles
    var seats: [Seat]
    let stream = ChangeStream()
    var log = RequestLog()
    /// Connections that are open.
    var connections = 0
    /// Requests that are being answered.
    var inFlight = 0
    private(set) var publicURL = ""
    private let products = RestRouter(SandboxRoutes.products)
    let control = RestRouter(SandboxRoutes.control)
    /// The `Authorization` header of each project's account and token.
    private let credentials: [String: Int]
    private var alarm: Scheduled<Void>?
    private var alarmAt: Timestamp?
    private var requestNumber: UInt64 = 0

    init(settings: SandboxSettings, eventLoop: any EventLoop, metrics: MetricsRegistry, logger: Logger) {
        self.settings = settings
        self.eventLoop = eventLoop
        self.logger = logger
        files = .besideExecutable()
        seats = settings.projects.map {
            Seat(world: World(project: $0, seed: settings.seed, now: WallClock.now()), project: $0)
        }
        var credentials: [String: Int] = [:]
        for (index, project) in settings.projects.enumerated() {
            let pair = Base64.encode("\(project.accountSID):\(project.authToken.reveal())".utf8)
            credentials["Basic " + String(decoding: pair, as: UTF8.self)] = index
        }
        self.credentials = credentials
    }

    /// The port is known: links can be made.
    func begin(publicURL: String) {
        self.publicURL = publicURL
        for index in seats.indices { settle(index) }
    }

    /// Ends streams and timers.
    func end() -> EventLoopFuture<Void> {
        alarm?.cancel()
        stream.close()
        return eventLoop.makeSucceededVoidFuture()
    }

    /// Takes one request and answers it by its exchange, now or later.
    func serve(_ raw: RawRequest, _ exchange: any Exchange) {
        let path = raw.path
        if path.hasPrefix("/api/") {
            serveProduct(raw, exchange)
        } else if path.hasPrefix("/sandbox/v1/") {
            serveControl(raw, exchange)
        } else if raw.head.method == .GET || raw.head.method == .HEAD, let page = files.answer(String(path)) {
            exchange.answer(page, requestID: "")
        } else {
            exchange.answer(TwilioProblem.notFound(String(path)).answer, requestID: "")
        }
    }

    func streamEnded(_ sink: any ByteSink) {
        stream.ended(sink)
    }

    private func serveProduct(_ raw: RawRequest, _ exchange: any Exchange) {
        let requestID = nextRequestID()
        guard let index = raw.head.headers.first(name: "Authorization").flatMap({ credentials[$0] }) else {
            return exchange.answer(TwilioProblem.unauthorised.answer, requestID: requestID)
        }
        inFlight += 1
        let answer = perform(raw, project: index)
        exchange.answer(answer, requestID: requestID)
        inFlight -= 1
        note(raw, project: index, status: answer.status, requestID: requestID)
    }

    /// Applies a request to its project's world.
    private func perform(_ raw: RawRequest, project index: Int) -> RestAnswer {
        let segments = Self.segments(raw.path.dropFirst(5))
        do throws(TwilioProblem) {
            guard let method = RestMethod(rawValue: raw.head.method.rawValue) else {
                throw TwilioProblem(status: 405, code: 20004, "Method not allowed")
            }
            switch products.match(method, segments) {
            case .unknown: throw .notFound(String(raw.path))
            case .otherMethod: throw TwilioProblem(status: 405, code: 20004, "Method not allowed")
            case .route(let route, let captures):
                var request = try RestRequest(raw, method: method)
                request.captures = captures
                request.baseURL = "\(publicURL)/api/\(segments.first ?? "")"
                seats[index].world.set(clock: WallClock.now())
                let outcome = try route.handle(&seats[index].world, request)
                settle(index)
                switch outcome {
                case .answer(let answer): return answer
                case .ask(_, let resume):
                    let answer = try resume(&seats[index].world, .unmodified)
                    settle(index)
                    return answer
                }
            }
        } catch {
            settle(index)
            return error.answer
        }
    }

    /// Hands on what happened in a world and sets the alarm for what is due next.
    func settle(_ index: Int) {
        let (changes, webhooks) = seats[index].world.takeEffects()
        if !changes.isEmpty { stream.publish(changes, project: seats[index].project.name) }
        _ = webhooks
        setAlarm()
    }

    private func setAlarm() {
        guard let next = seats.compactMap(\.world.nextTimer).min(), alarmAt.map({ next < $0 }) ?? true else { return }
        alarm?.cancel()
        alarmAt = next
        let wait = Int64(next.unixNanoseconds) - Int64(WallClock.now().unixNanoseconds)
        alarm = eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(max(0, wait))) {
            self.alarmAt = nil
            self.runTimers()
        }
    }

    private func runTimers() {
        for index in seats.indices {
            seats[index].world.set(clock: WallClock.now())
            _ = seats[index].world.runTimers()
            settle(index)
        }
        setAlarm()
    }

    func note(_ raw: RawRequest, project index: Int, status: Int, requestID: String) {
        log.add(
            RequestLog.Entry(
                kind: .request, at: WallClock.now(), project: seats[index].project.name,
                method: raw.head.method.rawValue,
                path: String(raw.path), status: status, requestID: requestID))
    }

    func nextRequestID() -> String {
        requestNumber += 1
        return SIDNumber(high: SeededGenerator.mixed(settings.seed), low: requestNumber).text("RQ")
    }

    /// The segments of a path, percent-decoded.
    static func segments(_ path: Substring) -> [Substring] {
        path.split(separator: "/").map { segment in
            guard segment.utf8.contains(UInt8(ascii: "%")) else { return segment }
            return FormText.decoded(segment)[...]
        }
    }
}

@available(*, unavailable)
extension SandboxCore: Sendable {}
