import Logging

/// Finds contacts for screen pops within a limit: a call does not wait for the CRM.
struct ConnectorFinder: ContactFinder {
    let connector: any CRMConnector
    /// After which the pop goes on without the CRM.
    let limit: Duration
    let logger: Logger

    func find(_ query: ContactQuery, limit count: Int) async -> ContactMatches {
        guard !query.isEmpty else { return ContactMatches() }
        let outcome = await withTaskGroup(of: Result<ContactMatches, CRMError>?.self) { group in
            group.addTask {
                do throws(CRMError) {
                    return .success(try await connector.find(query, limit: count))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                try? await Task.sleep(for: limit, clock: .continuous)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        switch outcome {
        case .success(let matches)?: return matches
        case .failure(.unsupported)?: return ContactMatches()
        case .failure(let error)?:
            logger.warning("A contact could not be looked up", metadata: ["error": "\(error.code)"])
        case nil: logger.warning("The CRM did not answer a lookup in time", metadata: ["limit": "\(limit)"])
        }
        return ContactMatches(isUnavailable: true)
    }
}
