import Bus

/// Calls services over the bus connection.
struct BusCaller: ServiceCaller {
    let bus: BusConnection

    func call(_ service: String, _ payload: [UInt8], within: Duration) async throws(CallFailure) -> [UInt8] {
        do throws(BusError) {
            return try await bus.call(service, payload, within: within)
        } catch {
            switch error {
            case .outcomeUnknown: throw .timedOut(after: within)
            case .failed, .rejected: throw .failed(code: error.code, isRetryable: error.isRetryable)
            default: throw .unavailable
            }
        }
    }
}
