import Logging
import ServiceLifecycle

/// Reads the organisation's model when the process starts, and says which columns that Studio may fill are none.
struct IncidentColumns: Service {
    let table: IncidentTable
    let columns: [String]
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            guard let types = await table.types() else {
                guard !Task.isCancelled else { return }
                logger.notice("The organisation's $metadata cannot be read; crm.dynamics.case_columns are not checked")
                return
            }
            let absent = columns.filter { types[$0] == nil }
            guard !absent.isEmpty else { return }
            logger.warning(
                "crm.dynamics.case_columns has columns that incidents do not have",
                metadata: ["columns": "\(absent.joined(separator: " "))"])
        }
        try? await gracefulShutdown()
    }
}
