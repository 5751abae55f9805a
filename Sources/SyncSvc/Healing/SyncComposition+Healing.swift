import Events
import Hosting
import ServiceLifecycle
import TwilioREST

extension SyncComposition {
    /// What healing does after the pump's reactions; in shadow mode nothing is written.
    var healingFollowUps: [any PairFollowUp] {
        settings.mode == .shadow
            ? []
            : [
                RepairFollowUp(
                    settings: settings.healing, writeHorizon: settings.twilio.writeHorizon, files: copier.files)
            ]
    }

    /// Services of healing, service levels and relay.
    var healingServices: [any Service] {
        guard settings.mode == .on, let readers = gapReaders else { return [] }
        let levels = ServiceLevelStore(bus: bus, settle: settings.healing.settle, metrics: host.metrics)
        let healing = HealingService(
            services: services, settings: settings.healing, readers: readers, instance: host.label,
            metrics: HealingMetrics(registry: host.metrics))
        return [
            relay, healing,
            ServiceLevelService(
                store: levels,
                sides: ["/twilio/\(sides.flex.project)": .flex, "/twilio/\(sides.frontline.project)": .frontline],
                pairs: services.pairs, links: services.links, logger: host.logger, now: services.now),
            SyncCalls(services: services, healing: healing, readers: readers, levels: levels, clients: clients),
        ]
    }

    private var gapReaders: BothSides<GapReader>? {
        func reader(_ side: Side) -> GapReader? {
            try? GapReader(
                side: side, settings: sides[side], client: clients[side], bus: bus, limit: settings.healing.maxEvents)
        }
        guard let flex = reader(.flex), let frontline = reader(.frontline) else { return nil }
        return BothSides(flex: flex, frontline: frontline)
    }

    private var relay: RelayService {
        func project(_ side: Side) -> (project: String, dialect: Dialect, token: [UInt8]) {
            (sides[side].project, sides[side].dialect, Array(sides[side].authToken.reveal().utf8))
        }
        let plan = RelayPlan(
            settings: settings.relay, sides: BothSides(flex: project(.flex), frontline: project(.frontline)))
        return RelayService(
            bus: bus, plan: plan, settings: settings.relay, metrics: host.metrics, logger: host.logger)
    }
}
