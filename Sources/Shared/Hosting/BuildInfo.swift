/// What this build is.
public enum BuildInfo {
    /// The product's version, as printed by `--version` and by the metric `patchbay_build_info`.
    public static let version = "0.1.0"
}
