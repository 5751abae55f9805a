import DequeModule
import Events
import Hosting
import NIOCore
import Twilio

/// Sends the webhooks of one project: signed, form-encoded, so many at once, the rest in order.
final class WebhookSender {
    /// What the owner is told.
    struct Reports {
        /// One attempt is over: for the log and the stream.
        var attempted: (RequestLog.Entry) -> Void
        /// The webhook is over, with the answer of the last attempt if there was one.
        var finished: (Webhook, _ answer: WebhookAnswer?) -> Void
        /// One was lost because too many waited.
        var dropped: () -> Void
    }

    private struct Job {
        var delivery: WebhookDelivery
        let webhook: Webhook
        let token: String
        var fault: String?
        let then: (WebhookAnswer?) -> Void
    }

    private let project: String
    private let signature: WebhookSignature
    private let eventLoop: any EventLoop
    private let limits: WebhookLimits
    private let transport: any WebhookTransport
    private let reports: Reports
    private var waiting: Deque<Job> = []
    private var inFlight = 0
    private var generator: SeededGenerator
    private(set) var dropped = 0
    private var isStopped = false
    /// Takes back what is under way, by a number of its own.
    private var cancels: [Int: () -> Void] = [:]
    private var attempts = 0

    /// Webhooks that are waiting or under way.
    var count: Int { waiting.count + inFlight }

    init(
        project: SandboxProject, seed: UInt64, eventLoop: any EventLoop, limits: WebhookLimits,
        transport: any WebhookTransport, reports: Reports
    ) {
        self.project = project.name
        signature = WebhookSignature(tokens: [Array(project.authToken.reveal().utf8)])
        self.eventLoop = eventLoop
        self.limits = limits
        self.transport = transport
        self.reports = reports
        generator = SeededGenerator(seed: project.name.utf8.reduce(~seed) { SeededGenerator.mixed($0 &+ UInt64($1)) })
    }

    /// Takes a webhook; what the faults say has been decided by the owner.
    func send(_ webhook: Webhook, fault: WebhookFault = .none) {
        let then: (WebhookAnswer?) -> Void = { [reports] in reports.finished(webhook, $0) }
        let token = newToken()
        if fault.isDropped {
            report(webhook, WebhookTarget(webhook.url, policy: webhook.policy).url, 0, status: 0, "dropped", .zero)
            return then(nil)
        }
        let name = fault.delay.map { _ in "delayed" } ?? (fault.isDuplicated ? "duplicated" : nil)
        let job = Job(delivery: WebhookDelivery(webhook), webhook: webhook, token: token, fault: name, then: then)
        begin(job, after: fault.delay)
        if fault.isDuplicated {
            // Twice over the wire, once for who waits for an answer.
            begin(
                Job(delivery: WebhookDelivery(webhook), webhook: webhook, token: token, fault: "duplicated") { _ in },
                after: fault.duplicateDelay)
        }
    }

    /// Asks a pre-event webhook: no faults, no place in the queue, the raw answer.
    func ask(_ webhook: Webhook, then: @escaping (WebhookAnswer?) -> Void) {
        inFlight += 1
        start(Job(delivery: WebhookDelivery(webhook), webhook: webhook, token: newToken(), then: then))
    }

    /// Ends it for good: what waits, or would be tried again, is forgotten; what is under way is taken back and not told.
    ///
    /// Who waits for an answer gets none, at once.
    func stop() {
        isStopped = true
        let jobs = waiting
        waiting = []
        for job in jobs { job.then(nil) }
        for cancel in cancels.values { cancel() }
    }

    private func begin(_ job: Job, after delay: Duration?) {
        guard let delay else { return enqueue(job) }
        eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { self.enqueue(job) }
    }

    private func enqueue(_ job: Job) {
        guard !isStopped else { return job.then(nil) }
        if inFlight < limits.maxInFlight {
            inFlight += 1
            start(job)
        } else if waiting.count < limits.maxWaiting {
            waiting.append(job)
        } else {
            dropped += 1
            reports.dropped()
            report(job.webhook, job.delivery.target.url, 0, status: 0, "queue_full", .zero)
            job.then(nil)
        }
    }

    private func start(_ job: Job) {
        var job = job
        perform(job.delivery.begin(), job, last: nil)
    }

    private func perform(_ step: WebhookDelivery.Step, _ job: Job, last: WebhookAnswer?) {
        switch step {
        case .finished:
            inFlight -= 1
            job.then(last)
            if inFlight < limits.maxInFlight, let next = waiting.popFirst() {
                inFlight += 1
                start(next)
            }
        case .attempt(let url, let number, let wait):
            guard wait > .zero else { return attempt(url, number, job) }
            eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(wait)) { self.attempt(url, number, job) }
        }
    }

    private func attempt(_ url: String, _ number: Int, _ job: Job) {
        guard !isStopped else { return job.then(nil) }
        let started = NIODeadline.now()
        attempts += 1
        let key = attempts
        var isOver = false
        let cancel = transport.send(request(url, number, job)) { outcome, body in
            isOver = true
            self.cancels[key] = nil
            guard !self.isStopped else { return job.then(nil) }
            var job = job
            var answer: WebhookAnswer?
            if case .answered(let status) = outcome { answer = WebhookAnswer(status: status, body: body) }
            self.report(
                job.webhook, url, number, status: answer?.status ?? 0, job.fault,
                .nanoseconds((NIODeadline.now() - started).nanoseconds))
            self.perform(job.delivery.ended(outcome), job, last: answer)
        }
        // It may have failed at once.
        if !isOver { cancels[key] = cancel }
    }

    private func request(_ url: String, _ number: Int, _ job: Job) -> WebhookHTTPRequest {
        var parameters = job.webhook.parameters
        if number > 0, let at = parameters.firstIndex(where: { $0.name == "RetryCount" }) {
            parameters[at].value = String(number)
        }
        let form = FormParameters(parameters.lazy.map { ($0.name, $0.value) })
        var headers = [("I-Twilio-Idempotency-Token", job.token), ("User-Agent", "TwilioProxy/1.1"), ("Accept", "*/*")]
        var target = url
        var body: [UInt8] = []
        if job.webhook.method == .get {
            target += (url.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + String(decoding: form.encoded, as: UTF8.self)
            headers.append(("X-Twilio-Signature", signature.header(url: target, form: nil) ?? ""))
        } else {
            body = form.encoded
            headers.append(("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"))
            headers.append(("X-Twilio-Signature", signature.header(url: url, form: form) ?? ""))
        }
        let policy = job.delivery.target.policy
        return WebhookHTTPRequest(
            method: job.webhook.method, url: target, headers: headers, body: body,
            connectTimeout: policy.connectTimeout, totalTimeout: policy.totalTimeout)
    }

    private func report(
        _ webhook: Webhook, _ url: String, _ attempt: Int, status: Int, _ fault: String?, _ duration: Duration
    ) {
        reports.attempted(
            RequestLog.Entry(
                isOutgoing: true, at: WallClock.now(), project: project, method: webhook.method.rawValue,
                path: String(url.prefix { $0 != "?" }), status: status, requestID: "", event: webhook.event,
                attempt: attempt + 1, fault: fault, duration: duration))
    }

    /// Stable across the attempts of one webhook.
    private func newToken() -> String {
        let text = Array(SIDNumber(high: generator.next(), low: generator.next()).text("xx").utf8)
        let groups = [text[2..<10], text[10..<14], text[14..<18], text[18..<22], text[22..<34]]
        return groups.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
    }
}
