import Events

/// One service of Serverless with one environment: assets, builds, deployments.
struct ServerlessProject: Sendable {
    /// How long a build takes.
    static let buildTime = Duration.seconds(2)
    /// Assets' content in bytes, each, and versions kept, at most.
    static let maxContentBytes = 10 << 20
    static let maxVersions = 1_000

    struct Asset: Sendable {
        let sid: String
        var friendlyName: String
        let createdAt: Timestamp
    }

    struct Version: Sendable {
        let sid: String
        let assetSID: String
        let path: String
        let visibility: String
        let content: [UInt8]
        let createdAt: Timestamp
    }

    struct Build: Sendable {
        let sid: String
        let assetVersions: [String]
        let functionVersions: [String]
        let dependencies: JSONValue
        let runtime: String
        /// `building`, then `completed` or `failed`.
        var status = "building"
        let createdAt: Timestamp
        var updatedAt: Timestamp
    }

    struct Deployment: Sendable {
        let sid: String
        let buildSID: String
        let createdAt: Timestamp
    }

    var serviceSID = ""
    var environmentSID = ""
    var createdAt = Timestamp(unixNanoseconds: 0)
    var assets = SIDTable<Asset>()
    var versions = SIDTable<Version>()
    var builds = SIDTable<Build>()
    var deployments = SIDTable<Deployment>()

    /// The build that is live.
    var liveBuild: String? { deployments.all.last?.buildSID }

    var domainName: String { "sandbox-\(serviceSID.suffix(4))-dev.twil.io" }
}
