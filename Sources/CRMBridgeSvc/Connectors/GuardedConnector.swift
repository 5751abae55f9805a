import Events
import Hosting
import Synchronization

/// Any connector behind its gate, counted and timed.
final class GuardedConnector: CRMConnector {
    private let inner: any CRMConnector
    private let gate = Mutex(ConnectorGate())
    private let registry: MetricsRegistry

    init(_ inner: any CRMConnector, registry: MetricsRegistry) {
        self.inner = inner
        self.registry = registry
    }

    var name: String { inner.name }
    var capabilities: ConnectorCapabilities { inner.capabilities }

    /// What is known of the CRM, without asking it.
    var health: (state: ConnectorGate.State, lastError: CRMError?) { gate.withLock { ($0.state, $0.lastError) } }

    func candidates(_ wanted: WantedContact, limit: Int) async throws(CRMError) -> Candidates {
        try await pass("find") { () async throws(CRMError) in try await self.inner.candidates(wanted, limit: limit) }
    }

    func open(_ id: String) async throws(CRMError) -> Contact {
        try await pass("open") { () async throws(CRMError) in try await self.inner.open(id) }
    }

    func openCase(_ id: String) async throws(CRMError) -> CRMRecord {
        try await pass("open_case") { () async throws(CRMError) in try await self.inner.openCase(id) }
    }

    func create(_ draft: ContactDraft, key: String) async throws(CRMError) -> CreatedRecord {
        try await pass("create") { () async throws(CRMError) in try await self.inner.create(draft, key: key) }
    }

    func search(_ text: String, cursor: String?, limit: Int) async throws(CRMError) -> ContactPage {
        try await pass("search") { () async throws(CRMError) in
            try await self.inner.search(text, cursor: cursor, limit: limit)
        }
    }

    func log(_ log: ActivityLog, isRepeat: Bool) async throws(CRMError) -> ActivityReference {
        try await pass("log") { () async throws(CRMError) in try await self.inner.log(log, isRepeat: isRepeat) }
    }

    func cases(of contact: String, limit: Int) async throws(CRMError) -> [CRMCase] {
        try await pass("cases") { () async throws(CRMError) in try await self.inner.cases(of: contact, limit: limit) }
    }

    func createCase(_ draft: CaseDraft, key: String) async throws(CRMError) -> CreatedRecord {
        guard !draft.isExtended || capabilities.contains(.caseColumns) else {
            throw .refused(
                field: draft.columns.members.first?.name ?? (draft.product == nil ? "subject" : "productName"))
        }
        return try await pass("create_case") { () async throws(CRMError) in
            try await self.inner.createCase(draft, key: key)
        }
    }

    func check() async throws(CRMError) {
        try await pass("check") { () async throws(CRMError) in try await self.inner.check() }
    }

    private func pass<Value: Sendable>(
        _ operation: String, _ body: () async throws(CRMError) -> Value
    ) async throws(CRMError) -> Value {
        if let pause = gate.withLock({ $0.admit(at: .now) }) {
            count(operation, "paused")
            throw .unavailable(.paused, retryAfter: pause)
        }
        let start = ContinuousClock.now
        do throws(CRMError) {
            let value = try await body()
            finish(operation, nil, since: start)
            return value
        } catch {
            finish(operation, error, since: start)
            throw error
        }
    }

    private func finish(_ operation: String, _ error: CRMError?, since start: ContinuousClock.Instant) {
        // Whoever asked has gone: that the answer did not come in time is not the CRM's doing.
        let isGivenUp = Task.isCancelled
        gate.withLock { isGivenUp ? $0.forget() : $0.record(error, at: .now) }
        count(operation, error?.code ?? "ok")
        registry.histogram(
            "crm.connector.duration", help: "Requests to the CRM, by operation.", labels: ["operation": operation]
        ).observe(ContinuousClock.now - start)
    }

    private func count(_ operation: String, _ result: String) {
        registry.counter(
            "crm.connector.requests", help: "Requests to the CRM, by operation and result.",
            labels: ["operation": operation, "result": result]
        ).add()
    }
}
