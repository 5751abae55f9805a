import Bus
import Events
import Logging

/// What handling a pair needs: one for the process.
struct PumpServices: Sendable {
    let bus: BusConnection
    let pairs: SyncPairs
    let links: SyncLinks
    let messages: MirroredMessages
    let projects: BothSides<any MessagingProject>
    let numbers: SenderNumbers
    let names: PersonNames
    let settings: PumpSettings
    let metrics: PumpMetrics
    let logger: Logger
    /// The time of day.
    let now: @Sendable () -> Timestamp
}
