import Events

/// Everything one Twilio project is at a moment.
///
/// Pure: it is told the time and changes only by its methods. What happened is left in ``changes`` and ``webhooks`` for
/// the owner, which takes them after each request and each timer.
struct World: Sendable {
    let project: SandboxProject
    /// The project's own time, clock skew included: what dates are made of.
    private(set) var now: Timestamp
    /// The true time, which timers go by.
    private(set) var clock: Timestamp

    var messaging: MessagingState
    var taskRouter: TaskRouterState
    var flex: FlexState
    var voice: VoiceState
    var legacy: LegacyState
    var crm: CRMState

    private var generator: SeededGenerator
    private var timers = TimerQueue()
    private(set) var changes: [Change] = []
    private(set) var webhooks: [Webhook] = []

    /// - Parameters:
    ///   - project: What the configuration says of the project.
    ///   - seed: Makes the SIDs.
    ///   - now: The time it begins.
    init(project: SandboxProject, seed: UInt64, now: Timestamp) {
        self.project = project
        self.now = now
        clock = now
        let name = project.name.utf8.reduce(seed) { SeededGenerator.mixed($0 &+ UInt64($1)) }
        generator = SeededGenerator(seed: name)
        messaging = MessagingState()
        taskRouter = TaskRouterState()
        flex = FlexState()
        voice = VoiceState()
        legacy = LegacyState()
        crm = CRMState()
        seedMessaging()
        seedTaskRouter()
        seedFlex()
        seedVoice()
        seedLegacy()
        seedCRM()
    }

    /// Sets the time; the owner does this before each request.
    ///
    /// - Parameters:
    ///   - clock: The true time.
    ///   - skew: How far the project's clock is off.
    mutating func set(clock: Timestamp, skew: Duration = .zero) {
        self.clock = max(self.clock, clock)
        now = skew == .zero ? self.clock : self.clock.advanced(by: skew)
    }

    /// A new SID: two letters and 32 hexadecimal digits from the seed.
    mutating func newSID(_ prefix: String) -> String {
        var bytes = Array(prefix.utf8)
        bytes.reserveCapacity(34)
        for _ in 0..<2 { SIDNumber.append(generator.next(), to: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A new number of 128 bits, for SIDs that are kept as numbers.
    mutating func newSIDNumber() -> SIDNumber {
        SIDNumber(high: generator.next(), low: generator.next())
    }

    /// Does something later; a world that is reset forgets it.
    mutating func after(_ delay: Duration, _ job: @escaping TimerQueue.Job) {
        timers.add(at: clock.advanced(by: delay), job)
    }

    /// Jobs that were dropped because there were too many.
    var timersDropped: Int { timers.dropped }

    /// When something is next due.
    var nextTimer: Timestamp? { timers.next }

    /// Runs what is due by now, at most `limit` of it.
    ///
    /// - Returns: Whether anything ran.
    mutating func runTimers(limit: Int = 1_000) -> Bool {
        var ran = 0
        while ran < limit, let job = timers.popDue(clock) {
            job(&self)
            ran += 1
        }
        return ran > 0
    }

    /// Shows a change on the event stream.
    mutating func record(
        _ kind: Change.Kind, _ action: Change.Action, _ fields: @escaping @Sendable (inout JSONFields) -> Void
    ) {
        changes.append(Change(kind: kind, action: action, at: now, fields: fields))
    }

    /// Has a webhook sent.
    mutating func send(_ webhook: Webhook) {
        webhooks.append(webhook)
    }

    /// Hands over what happened since the last time.
    mutating func takeEffects() -> (changes: [Change], webhooks: [Webhook]) {
        guard !changes.isEmpty || !webhooks.isEmpty else { return ([], []) }
        defer {
            changes.removeAll(keepingCapacity: true)
            webhooks.removeAll(keepingCapacity: true)
        }
        return (changes, webhooks)
    }
}
