import Events
import TwilioREST

/// Publishes the directory as an asset of the provider's Functions, beside everything that is deployed there.
struct AssetTransfer: Sendable {
    /// Between two looks at a build, and looks at most: five minutes.
    static let look = Duration.seconds(2)
    static let maxLooks = 150

    /// Why it was not published.
    enum Failure: Error, Hashable {
        /// Nothing is deployed: what would be put beside the asset is not known.
        case nothingDeployed
        case buildFailed(String)
        /// Somebody else deployed meanwhile; deploying now would undo that.
        case deployedMeanwhile

        var code: String {
            switch self {
            case .nothingDeployed: "extensions.asset_nothing_deployed"
            case .buildFailed: "extensions.asset_build_failed"
            case .deployedMeanwhile: "extensions.asset_deployed_meanwhile"
            }
        }
    }

    let client: TwilioClient
    let settings: TransferSettings.Asset

    /// Uploads, builds and deploys.
    ///
    /// - Parameter content: The asset.
    /// - Returns: The build's SID.
    /// - Throws: ``Failure``, `TwilioError`.
    func publish(_ content: [UInt8]) async throws -> String {
        let service = client.serverless(settings.service)
        let deployed = try await service.fetchEnvironment(settings.environment)
        guard let buildSID = deployed.buildSID else { throw Failure.nothingDeployed }
        let current = try await service.build(buildSID)
        let asset = try await asset(in: current, service)
        let version = try await service.uploadAssetVersion(
            asset,
            ServerlessUpload(
                path: settings.path, visibility: "private", content: content, contentType: "application/json"))
        let build = try await service.createBuild(
            ServerlessBuildDraft(replacing: settings.path, of: current, with: version.sid))
        try await wait(for: build.sid, service)
        guard try await service.fetchEnvironment(settings.environment).buildSID == buildSID else {
            throw Failure.deployedMeanwhile
        }
        _ = try await service.createDeployment(settings.environment, buildSID: build.sid)
        return build.sid
    }

    /// The asset at the path: that of the build, or one of its name, or a new one.
    private func asset(in build: ServerlessBuild, _ service: ServerlessService) async throws -> String {
        if let sid = build.assetVersions.first(where: { $0.path == settings.path })?.assetSID { return sid }
        if let known = try await service.assets().first(where: { $0.friendlyName == settings.path }) {
            return known.sid
        }
        return try await service.createAsset(friendlyName: settings.path).sid
    }

    private func wait(for build: String, _ service: ServerlessService) async throws {
        for _ in 0..<Self.maxLooks {
            let status = try await service.buildStatus(build)
            if status == "completed" { return }
            guard status == "building" else { throw Failure.buildFailed(status) }
            try await Task.sleep(for: Self.look)
        }
        throw Failure.buildFailed("building")
    }
}

extension ServerlessBuildDraft {
    /// Everything that a build has, with one asset replaced: what is not named in the next build is gone with it.
    init(replacing path: String, of build: ServerlessBuild, with version: String) {
        self.init(
            assetVersionSIDs: build.assetVersions.filter { $0.path != path }.map(\.sid) + [version],
            functionVersionSIDs: build.functionVersionSIDs, dependencies: build.dependencies, runtime: build.runtime)
    }
}
