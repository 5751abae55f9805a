import Events

/// All of TaskRouter's state of one project.
///
/// A value without clock, network and randomness of its own: every change takes `now`, timers are one deadline that the
/// owner waits for and then calls ``advance(to:)``, and what happened is collected in ``outbox`` until the owner takes it.
struct Workspace: Sendable {
    /// Tasks at once; at the limit the oldest ended ones go early, and without one a new one is refused.
    var maxTasks = 50_000
    /// Events kept for `/Events`; the oldest go first.
    static let maxEvents = 20_000

    let sid: String
    let accountSID: String
    var friendlyName: String
    var eventCallbackURL = ""
    /// Event types that are posted; empty posts all.
    var eventsFilter: [String] = []
    var defaultActivitySID = ""
    /// Where a worker goes who lets a reservation time out.
    var timeoutActivitySID = ""
    let createdAt: Timestamp
    var updatedAt: Timestamp

    var activities = SIDTable<Activity>()
    var channels = SIDTable<TaskChannel>()
    var queues = SIDTable<TaskQueue>()
    var workflows = SIDTable<Workflow>()
    var workers = SIDTable<Worker>()
    var tasks = SIDTable<RoutedTask>()
    var reservations = SIDTable<Reservation>()

    /// Latest last; at most ``maxEvents``.
    private(set) var events: [TaskRouterEvent] = []
    /// What happened since the owner last looked.
    private var outbox: [TaskRouterEvent] = []
    /// Tasks without a worker, by SID.
    var waiting: Set<String> = []
    var deadlines = Deadlines<WorkspaceTimer>()
    var sids: SIDSource
    let operatingUnitSID: String

    init(sid: String, accountSID: String, friendlyName: String, seed: UInt64, now: Timestamp) {
        self.sid = sid
        self.accountSID = accountSID
        self.friendlyName = friendlyName
        createdAt = now
        updatedAt = now
        sids = SIDSource(seed: seed)
        operatingUnitSID = sids.next("WO")
        for name in ["default", "voice", "chat", "sms", "video", "email"] {
            let sid = sids.next("TC")
            channels[sid] = TaskChannel(
                sid: sid, uniqueName: name, friendlyName: name.prefix(1).uppercased() + name.dropFirst(),
                createdAt: now, updatedAt: now)
        }
    }

    /// When ``advance(to:)`` is to be called at the latest; nil while no timer runs.
    var nextDeadline: Timestamp? { deadlines.next }

    /// What happened since the last call.
    mutating func takeEvents() -> [TaskRouterEvent] {
        defer { outbox = [] }
        return outbox
    }

    /// Whether an event of this type is to be posted.
    func posts(_ type: String) -> Bool {
        !eventCallbackURL.isEmpty && (eventsFilter.isEmpty || eventsFilter.contains(type))
    }

    mutating func record(_ event: TaskRouterEvent) {
        if events.count >= Self.maxEvents { events.removeFirst(Self.maxEvents / 10) }
        events.append(event)
        outbox.append(event)
    }

    func channel(_ sidOrName: String) -> TaskChannel? {
        channels[sidOrName] ?? channels.first { $0.uniqueName == sidOrName }
    }
}
