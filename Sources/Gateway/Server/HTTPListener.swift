import NIOCore
import ServiceLifecycle

/// Runs the HTTP server, and says plainly when it cannot listen.
struct HTTPListener: Service {
    let server: any Service
    let host: String
    let port: Int

    func run() async throws {
        do {
            try await server.run()
        } catch let error as IOError {
            throw GatewayError(host: host, port: port, errno: error.errnoCode)
        }
    }
}
