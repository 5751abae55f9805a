import Events
import Hosting

/// The figures of the bridge, looked up once.
struct CRMMetrics: Sendable {
    private let registry: MetricsRegistry
    /// From the journal's taking an event to everything that follows being on disk, the screen pop with it.
    let duration: Histogram
    /// Rounds that a change lost against others.
    let lostRounds: Counter

    init(registry: MetricsRegistry) {
        self.registry = registry
        duration = registry.histogram(
            "crm.event.duration", help: "From the journal's taking an event to its consequences being on disk.")
        lostRounds = registry.counter(
            "crm.rounds.lost", help: "Changes of interactions that were decided anew because somebody else was first.")
    }

    func count(pop trigger: String, outcome: String) {
        registry.counter(
            "crm.pops", help: "Screen pops by trigger and outcome.", labels: ["trigger": trigger, "outcome": outcome]
        ).add()
    }

    func count(dial outcome: String) {
        registry.counter(
            "crm.dials", help: "Clicks on numbers by what became of them.", labels: ["outcome": outcome]
        ).add()
    }

    func count(ended outcome: ActivityLog.Outcome, channel: Channel) {
        registry.counter(
            "crm.interactions.ended", help: "Interactions by channel and outcome.",
            labels: ["channel": channel.rawValue, "outcome": outcome.rawValue]
        ).add()
    }
}
