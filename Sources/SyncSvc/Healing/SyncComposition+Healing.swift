import ServiceLifecycle

extension SyncComposition {
    /// Services of healing, service levels and relay.
    var healingServices: [any Service] { [] }
}
