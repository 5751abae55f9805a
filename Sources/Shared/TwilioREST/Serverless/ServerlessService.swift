/// Assets, builds and deployments of one service of the provider's Functions (Serverless v1).
public struct ServerlessService: Sendable {
    let client: TwilioClient
    /// `ZS…`.
    public let sid: String

    private static let root = "/v1/Services/{service}"
    private static let environment = "/v1/Services/{service}/Environments/{environment}"
    private static let asset = "/v1/Services/{service}/Assets/{asset}"

    /// The service's environments with what runs in them.
    public func environments() -> Pages<ServerlessEnvironment> {
        client.pages(.get(.serverless, Self.root + "/Environments", sid), key: "environments")
    }

    public func fetchEnvironment(_ environment: String) async throws(TwilioError) -> ServerlessEnvironment {
        try await client.perform(.get(.serverless, Self.environment, sid, environment))
    }

    /// An environment's deployments, newest first.
    public func deployments(_ environment: String) -> Pages<ServerlessDeployment> {
        client.pages(.get(.serverless, Self.environment + "/Deployments", sid, environment), key: "deployments")
    }

    /// Makes a build the one that runs; not repeated after an unknown outcome.
    ///
    /// - Parameters:
    ///   - environment: Where.
    ///   - buildSID: `ZB…`, completed.
    ///   - isPlugin: Whether it is a plugin of Flex.
    /// - Returns: The deployment.
    /// - Throws: ``TwilioError``.
    public func createDeployment(
        _ environment: String, buildSID: String, isPlugin: Bool? = nil
    ) async throws(TwilioError) -> ServerlessDeployment {
        let form = Form.with {
            $0.add("BuildSid", buildSID)
            $0.add("IsPlugin", isPlugin)
        }
        return try await client.perform(
            .post(.serverless, Self.environment + "/Deployments", sid, environment, form: form, rule: .once))
    }

    /// The service's builds, newest first.
    public func builds() -> Pages<ServerlessBuild> {
        client.pages(.get(.serverless, Self.root + "/Builds", sid), key: "builds")
    }

    public func build(_ build: String) async throws(TwilioError) -> ServerlessBuild {
        try await client.perform(.get(.serverless, Self.root + "/Builds/{build}", sid, build))
    }

    /// How far a build is: `building`, `completed` or `failed`.
    public func buildStatus(_ build: String) async throws(TwilioError) -> String {
        let status: ServerlessBuildStatus = try await client.perform(
            .get(.serverless, Self.root + "/Builds/{build}/Status", sid, build))
        return status.status
    }

    /// Begins a build of versions; not repeated after an unknown outcome.
    public func createBuild(_ draft: ServerlessBuildDraft) async throws(TwilioError) -> ServerlessBuild {
        try await client.perform(
            .post(.serverless, Self.root + "/Builds", sid, form: draft.form, rule: .once))
    }

    /// The service's assets.
    public func assets() -> Pages<ServerlessAsset> {
        client.pages(.get(.serverless, Self.root + "/Assets", sid), key: "assets")
    }

    /// Makes an asset without a version; not repeated after an unknown outcome.
    public func createAsset(friendlyName: String) async throws(TwilioError) -> ServerlessAsset {
        try await client.perform(
            .post(
                .serverless, Self.root + "/Assets", sid, form: .with { $0.add("FriendlyName", friendlyName) },
                rule: .once))
    }

    /// An asset's versions, newest first.
    public func assetVersions(_ asset: String) -> Pages<ServerlessAssetVersion> {
        client.pages(.get(.serverless, Self.asset + "/Versions", sid, asset), key: "asset_versions")
    }

    /// Stores a new version of an asset, which takes no effect before a build has it.
    ///
    /// Repeated after an unknown outcome: a version that no build has harms nobody.
    ///
    /// - Parameters:
    ///   - asset: `ZH…`.
    ///   - upload: The version.
    /// - Returns: The version.
    /// - Throws: ``TwilioError``.
    public func uploadAssetVersion(
        _ asset: String, _ upload: ServerlessUpload
    ) async throws(TwilioError) -> ServerlessAssetVersion {
        let form = upload.multipart
        return try await client.perform(
            .post(
                .serverlessUpload, Self.asset + "/Versions", sid, asset,
                body: .other(contentType: form.contentType, form.bytes), rule: .idempotent))
    }
}

extension TwilioClient {
    /// Assets, builds and deployments of one service of the provider's Functions.
    ///
    /// - Parameter service: `ZS…`.
    /// - Returns: The calls.
    public func serverless(_ service: String) -> ServerlessService {
        ServerlessService(client: self, sid: service)
    }
}
