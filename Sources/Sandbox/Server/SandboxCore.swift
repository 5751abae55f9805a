import DequeModule
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
    /// The alarm looks at least this often, nanoseconds: a timer may lie further away than it can count.
    private static let longestAlarm: Int64 = 3_600_000_000_000

    /// One project: its world and what goes out of it.
    struct Seat {
        var world: World
        let project: SandboxProject
        var sender: WebhookSender
        /// Counts resets: what an earlier world began does not reach the present one.
        var generation = 0
        /// Timers of this world that were dropped and are counted in the metrics.
        var timersCounted = 0
    }

    let settings: SandboxSettings
    let eventLoop: any EventLoop
    let logger: Logger
    let files: StaticFiles
    var seats: [Seat] = []
    var faults = FaultPlan()
    let stream = ChangeStream()
    var log = RequestLog()
    /// What stands in for Dataverse; made when somebody asks for it.
    var dataverse: DataverseOrganization?
    /// Counts its beginnings.
    var dataverseGeneration = 0
    /// Connections that are open.
    var connections = 0
    /// Requests that are being answered.
    var inFlight = 0
    private(set) var publicURL = ""
    let products = RestRouter(SandboxRoutes.products)
    let control = RestRouter(SandboxRoutes.control)
    let crm = RestRouter(CRMRoutes.service)
    let metrics: SandboxMetrics
    private let transport: HTTPWebhookTransport
    /// The `Authorization` header of each project's account and token.
    private var credentials: [String: Int] = [:]
    private var alarm: Scheduled<Void>?
    private var alarmAt: Timestamp?
    private var requestNumber: UInt64 = 0

    init(settings: SandboxSettings, eventLoop: any EventLoop, metrics: MetricsRegistry, logger: Logger) {
        self.settings = settings
        self.eventLoop = eventLoop
        self.logger = logger
        files = .besideExecutable()
        self.metrics = SandboxMetrics(registry: metrics)
        transport = HTTPWebhookTransport(eventLoop: eventLoop, connections: settings.webhooks.maxInFlight)
        for (index, project) in settings.projects.enumerated() {
            let world = World(project: project, seed: settings.seed, now: WallClock.now())
            seats.append(
                Seat(world: world, project: project, sender: sender(of: project, index: index, generation: 0)))
            let pair = Base64.encode("\(project.accountSID):\(project.authToken.reveal())".utf8)
            credentials["Basic " + String(decoding: pair, as: UTF8.self)] = index
        }
    }

    private func sender(of project: SandboxProject, index: Int, generation: Int) -> WebhookSender {
        let reports = WebhookSender.Reports(
            attempted: { [weak self] in self?.note($0) },
            finished: { [weak self] in self?.finished($0, $1, project: index, generation: generation) },
            dropped: { [weak self] in self?.metrics.webhooksDropped.add() })
        return WebhookSender(
            project: project, seed: settings.seed, eventLoop: eventLoop, limits: settings.webhooks,
            transport: transport, reports: reports)
    }

    /// A project begins again, from the same seed; nothing of its old world goes on.
    func renew(_ index: Int) {
        let project = seats[index].project
        seats[index].generation += 1
        seats[index].sender.stop()
        seats[index].timersCounted = 0
        seats[index].sender = sender(of: project, index: index, generation: seats[index].generation)
        seats[index].world = World(project: project, seed: settings.seed, now: WallClock.now())
    }

    /// The port is known: links can be made.
    func begin(publicURL: String) {
        self.publicURL = publicURL
        for index in seats.indices { settle(index) }
        beat()
    }

    private func beat() {
        eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(ChangeStream.pulse)) { [weak self] in
            self?.stream.beat()
            self?.beat()
        }
    }

    /// Ends streams, timers and webhooks.
    func end() -> EventLoopFuture<Void> {
        alarm?.cancel()
        stream.close()
        return transport.close()
    }

    /// Takes one request and answers it by its exchange, now or later.
    func serve(_ raw: RawRequest, _ exchange: any Exchange) {
        let path = raw.path
        if path.hasPrefix(Self.dataverseRoot) {
            serveDataverse(raw, exchange)
        } else if path.hasPrefix(Self.entraRoot) {
            serveEntra(raw, exchange)
        } else if path.hasPrefix("/api/") {
            serveProduct(raw, exchange)
        } else if path.hasPrefix("/sandbox/v1/") {
            serveControl(raw, exchange)
        } else if path.hasPrefix(Self.crmRoot) {
            serveCRM(raw, exchange)
        } else if path.hasPrefix("/media/") {
            exchange.answer(mediaAnswer(path), requestID: "")
        } else if path == DevelopmentLogin.path, let login = settings.developmentLogin {
            exchange.answer(login.answer(raw, now: WallClock.now()), requestID: "")
        } else if raw.head.method == .GET || raw.head.method == .HEAD, let page = page(String(path)) {
            exchange.answer(page, requestID: "")
        } else {
            exchange.answer(TwilioProblem.notFound(String(path)).answer, requestID: "")
        }
    }

    private func page(_ path: String) -> RestAnswer? {
        switch path {
        case "/crm-panel.js": panelScript()
        case "/dynamics-settings.js": dynamicsSettings()
        default: files.answer(path, panel: settings.panelURL)
        }
    }

    func streamEnded(_ sink: any ByteSink) {
        stream.ended(sink)
    }

    /// The project whose credentials a request brings.
    func project(of raw: RawRequest) -> Int? {
        raw.head.headers.first(name: "Authorization").flatMap { credentials[$0] }
    }

    /// Bytes behind a temporary link.
    private func mediaAnswer(_ path: Substring) -> RestAnswer {
        let segments = path.split(separator: "/")
        guard segments.count == 4, let seat = seats.first(where: { $0.project.name == segments[1] }),
            let item = seat.world.media(path: segments)
        else { return TwilioProblem.notFound(String(path)).answer }
        return RestAnswer(status: 200, body: item.bytes, contentType: item.contentType)
    }

    /// The true time, to the world of a project with its skew.
    func setClock(_ index: Int) {
        seats[index].world.set(clock: WallClock.now(), skew: faults.skew(seats[index].project.name))
    }

    /// Hands on what happened in a world and sets the alarm for what is due next.
    func settle(_ index: Int) {
        let (changes, webhooks) = seats[index].world.takeEffects()
        if !changes.isEmpty { stream.publish(changes, project: seats[index].project.name) }
        for webhook in webhooks {
            seats[index].sender.send(webhook, fault: faults.decideWebhook(project: seats[index].project.name))
        }
        let lost = seats[index].world.timersDropped - seats[index].timersCounted
        if lost > 0 {
            seats[index].timersCounted += lost
            metrics.timersDropped.add(lost)
        }
        setAlarm()
    }

    /// Runs a route in the world of a project, hands on what happened, and answers: at once, or after the pre-event
    /// webhook that the route asks for.
    func run(
        _ route: RestRoute, _ request: RestRequest, project index: Int, then: @escaping (RestAnswer) -> Void
    ) {
        setClock(index)
        do throws(TwilioProblem) {
            let outcome = try route.handle(&seats[index].world, request)
            settle(index)
            switch outcome {
            case .answer(let answer): then(answer)
            case .ask(let webhook, let resume): ask(webhook, project: index, resume: resume, then: then)
            }
        } catch {
            settle(index)
            then(error.answer)
        }
    }

    /// A webhook whose answer counts has come to its end.
    private func finished(_ webhook: Webhook, _ answer: WebhookAnswer?, project index: Int, generation: Int) {
        guard let then = webhook.onAnswer, seats[index].generation == generation else { return }
        setClock(index)
        then(&seats[index].world, answer.flatMap { (200..<300).contains($0.status) ? $0 : nil })
        settle(index)
    }

    private func setAlarm() {
        var next: Timestamp?
        // By index: a loop over the seats would retain every part of every world.
        for index in seats.indices {
            if let due = seats[index].world.nextTimer, next.map({ due < $0 }) ?? true { next = due }
        }
        guard let next, alarmAt.map({ next < $0 }) ?? true else { return }
        alarm?.cancel()
        alarmAt = next
        let now = WallClock.now().unixNanoseconds
        let wait = Int64(clamping: next.unixNanoseconds > now ? next.unixNanoseconds - now : 0)
        alarm = eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(min(wait, Self.longestAlarm))) { [weak self] in
            self?.alarmAt = nil
            self?.runTimers()
        }
    }

    private func runTimers() {
        for index in seats.indices {
            setClock(index)
            _ = seats[index].world.runTimers()
            settle(index)
        }
        setAlarm()
    }

    /// Remembers a request or an attempt of a webhook, and shows it to who looks on.
    func note(_ entry: RequestLog.Entry) {
        log.add(entry)
        entry.isOutgoing ? metrics.webhooks.add() : metrics.requests.add()
        if entry.fault != nil { metrics.faults.add() }
        stream.announce(entry.isOutgoing ? .webhook : .request, project: entry.project) { entry.write(&$0) }
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
