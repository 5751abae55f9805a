import Events
import Hosting

/// Where those who stay on the provider's Functions keep the directory; in the project of `extensions.workers`.
///
/// Configuration keys, in `extensions`:
/// - `sync.service_sid` (string): the Sync service of the sample's map, `IS…`.
/// - `sync.map` (string, required with it): the map's unique name or SID.
/// - `serverless.service_sid` (string): the Functions service of the sample's asset, `ZS…`.
/// - `serverless.environment_sid` (string, required with it): the environment that is deployed to, `ZE…`.
/// - `serverless.asset_path` (string, default `/extensions.json`): the asset that is replaced.
struct TransferSettings: Hashable, Sendable {
    struct Sync: Hashable, Sendable {
        let service: ChatServiceSID
        let map: String
    }

    struct Asset: Hashable, Sendable {
        let service: String
        let environment: String
        let path: String
    }

    let sync: Sync?
    let asset: Asset?

    init(reader: SettingsReader) {
        let sync = reader.section("sync")
        let service = sync.optionalString("service_sid", maxBytes: 64)
        let map = sync.optionalString("map", maxBytes: 320)
        if let service {
            if let sid = try? ChatServiceSID(service), let map {
                self.sync = Sync(service: sid, map: map)
            } else {
                sync.reject(
                    "service_sid", because: "it must be 'IS' and 32 hexadecimal digits, and sync.map is needed.")
                self.sync = nil
            }
        } else {
            self.sync = nil
        }
        let serverless = reader.section("serverless")
        let functions = serverless.optionalString("service_sid", maxBytes: 64)
        let environment = serverless.optionalString("environment_sid", maxBytes: 64)
        let path = serverless.string("asset_path", default: "/extensions.json", maxBytes: 255)
        if let functions, let environment {
            asset = Asset(service: functions, environment: environment, path: path)
        } else {
            if functions != nil { serverless.reject("environment_sid", because: "it is needed with service_sid.") }
            asset = nil
        }
    }
}
