public import Events

/// What a build is to hold: everything that is to run, not only what is new.
public struct ServerlessBuildDraft: Hashable, Sendable {
    /// `ZN…`.
    public var assetVersionSIDs: [String]
    /// `ZN…`.
    public var functionVersionSIDs: [String]
    /// `[{name, version}]`.
    public var dependencies: [JSONValue]
    public var runtime: String?

    public init(
        assetVersionSIDs: [String] = [], functionVersionSIDs: [String] = [], dependencies: [JSONValue] = [],
        runtime: String? = nil
    ) {
        self.assetVersionSIDs = assetVersionSIDs
        self.functionVersionSIDs = functionVersionSIDs
        self.dependencies = dependencies
        self.runtime = runtime
    }

    var form: Form {
        .with {
            $0.add("AssetVersions", assetVersionSIDs)
            $0.add("FunctionVersions", functionVersionSIDs)
            if !dependencies.isEmpty {
                $0.add("Dependencies", String(decoding: JSONValue.array(dependencies).bytes, as: UTF8.self))
            }
            $0.add("Runtime", runtime)
        }
    }
}
