import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle
import TwilioHosting
import TwilioREST

/// Puts the parts of SyncSvc together: the one place that names them all.
struct SyncComposition {
    let host: ServiceHost
    let settings: SyncSettings
    let sides: BothSides<SideSettings>
    let bus: BusConnection
    /// One for each project; they share the connections.
    let clients: BothSides<TwilioClient>
    let transport: HTTPTransport
    let services: PumpServices
    let copier: MessageCopier
    let participants = ParticipantMirror()

    init(host: ServiceHost, settings: SyncSettings, sides: BothSides<SideSettings>, bus: BusConnection) {
        self.host = host
        self.settings = settings
        self.sides = sides
        self.bus = bus
        let transport = HTTPTransport(configuration: settings.twilio)
        self.transport = transport
        func client(_ side: SideSettings) -> TwilioClient {
            TwilioClient(
                credentials: TwilioCredentials(accountSID: side.accountSID, authToken: side.authToken.reveal()),
                configuration: settings.twilio, transport: transport)
        }
        let clients = BothSides(flex: client(sides.flex), frontline: client(sides.frontline))
        self.clients = clients
        func project(_ side: Side) -> any MessagingProject {
            let own = sides[side]
            let project: any MessagingProject =
                switch own.dialect {
                case .conversations:
                    ConversationsProject(
                        side: side, client: clients[side], service: own.serviceSID,
                        areWebhooksOn: own.areWebhooksOnForCopies)
                case .chat:
                    ChatProject(
                        side: side, client: clients[side], service: own.serviceSID,
                        areWebhooksOn: own.areWebhooksOnForCopies)
                }
            return settings.mode == .shadow ? ShadowProject(project, logger: host.logger) : project
        }
        let maps = SyncMaps(isShadow: settings.mode == .shadow)
        services = PumpServices(
            bus: bus, pairs: SyncPairs(bus.map(maps.pairs)), links: SyncLinks(bus.map(maps.links)),
            messages: MirroredMessages(bus.map(maps.messages), ttl: settings.pump.messageMemory),
            projects: BothSides(flex: project(.flex), frontline: project(.frontline)),
            numbers: SenderNumbers(sms: sides.flex.smsNumber, whatsApp: sides.flex.whatsAppNumber),
            names: PersonNames(settings.agents.identities), settings: settings.pump,
            metrics: PumpMetrics(registry: host.metrics), logger: host.logger,
            now: { WallClock.now() })
        copier = MessageCopier(settings: settings.pump, writeHorizon: settings.twilio.writeHorizon)
    }

    /// Everything that runs, in the order of dependency.
    func all() -> [any Service] {
        let maps = SyncMaps(isShadow: settings.mode == .shadow)
        let waitingRoom = WaitingRoom(
            bus: bus, map: bus.map(maps.waiting), projects: services.projects, metrics: services.metrics,
            logger: host.logger)
        let state = StateReaction(copier: copier)
        let pairing = PairingReaction(
            copier: copier, participants: participants, work: work, writeHorizon: settings.twilio.writeHorizon)
        let pumpReactions: [any PairReaction] = [
            CopyReaction(copier: copier), EditReaction(copier: copier), ReceiptReaction(), participants, state,
            AttributesReaction(), pairing,
            RepairReaction(copier: copier, participants: participants, state: state),
        ]
        let handler = PairHandler(
            services: services, waitingRoom: waitingRoom, reactions: pumpReactions + agentReactions,
            followUps: [OutgoingFollowUp(pairing: pairing)] + agentFollowUps + healingFollowUps)
        let projects = BothSides(flex: sides.flex.project, frontline: sides.frontline.project)
        let dialects = BothSides(flex: sides.flex.dialect, frontline: sides.frontline.dialect)
        var doorbells = DoorbellConsumer(
            bus: bus,
            doorbell: Doorbell(projects: projects, dialects: dialects, areReceiptsOn: settings.pump.areReceiptsOn),
            links: services.links, concurrency: settings.pump.concurrency, metrics: host.metrics)
        doorbells.group = maps.doorbellGroup
        let pump = PumpConsumer(
            bus: bus, handler: handler, settings: settings.pump, requestTimeout: settings.twilio.timeout,
            group: maps.pumpGroup)
        return [TransportService(transport: transport), waitingRoom, pump, doorbells] + agentServices + healingServices
    }

    /// How an agent's own conversation becomes work; in shadow mode it does not.
    private var work: (any OutgoingWork)? {
        settings.mode == .shadow
            ? nil : TaskRouterWork(side: sides.flex, client: clients.flex, numbers: services.numbers)
    }
}
