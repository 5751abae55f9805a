import Bus
import Events
import Hosting
import ServiceLifecycle
import TwilioREST

/// The agents' part. In shadow mode it answers callbacks, which write nothing, and does nothing else.
extension SyncComposition {
    /// Reactions of the agents' part: transfers and the end of work.
    var agentReactions: [any PairReaction] {
        isShadow ? [IdleReaction()] : [transfers, EndingReaction(work: flexWork)]
    }

    /// What the agents' part does after the pump's reactions.
    var agentFollowUps: [any PairFollowUp] {
        isShadow ? [] : [TransferFollowUp(transfers: transfers), ClosingFollowUp(work: flexWork)]
    }

    /// Services of the agents' part.
    var agentServices: [any Service] {
        let provider = TwilioAgents(
            clients: clients,
            workspaces: BothSides(flex: sides.flex.workspaceSID, frontline: sides.frontline.workspaceSID),
            services: BothSides(flex: sides.flex.serviceSID, frontline: sides.frontline.serviceSID),
            app: services.projects.frontline)
        let store = MapAgentStore(bus: bus, mapName: AgentRecord.map)
        let agents = settings.agents
        let bus = bus
        let all = AgentServices(
            bus: bus,
            intake: AgentIntake(
                doorbell: AgentDoorbell(
                    projects: BothSides(flex: sides.flex.project, frontline: sides.frontline.project),
                    identities: agents.identities, reservationTimeout: agents.reservationTimeout,
                    areActivitiesSynced: agents.areActivitiesSynced, isAsking: agents.isAsking),
                store: store),
            desk: AgentDesk(
                settings: agents, provider: provider, store: store, writeHorizon: settings.twilio.writeHorizon,
                logger: host.logger, now: services.now),
            availability: AvailabilityDesk(
                settings: agents, provider: provider, isNudging: !isShadow,
                publish: { _ = try await bus.publish($0) }, now: services.now),
            callbacks: CallbackDesk(
                settings: agents, templates: (try? MessageTemplates(agents.templates)) ?? .none,
                proxies: ProxyAddresses(
                    sms: sides.frontline.smsNumber ?? sides.flex.smsNumber,
                    whatsApp: sides.frontline.whatsAppNumber ?? sides.flex.whatsAppNumber),
                customers: ProjectCustomers(
                    projects: services.projects, app: clients.frontline, service: sides.frontline.serviceSID,
                    links: services.links, pairs: services.pairs),
                backup: agents.backupURL.map {
                    HTTPBackupCRM(url: $0, timeout: agents.backupTimeout, token: sides.frontline.authToken)
                }),
            routing: IncomingRouting(
                source: ProjectRouting(
                    project: services.projects.frontline, client: clients.frontline,
                    service: sides.frontline.serviceSID, workspace: sides.frontline.workspaceSID),
                fallback: agents.routingFallback))
        return isShadow ? all.answers : all.work + all.answers
    }

    private var isShadow: Bool { settings.mode == .shadow }

    private var flexWork: any FlexWorkProvider {
        TwilioFlexWork(client: clients.flex, workspace: sides.flex.workspaceSID, dialect: sides.flex.dialect)
    }

    private var transfers: TransferReaction {
        TransferReaction(
            settings: settings.agents, work: flexWork, writeHorizon: settings.twilio.writeHorizon)
    }
}
