import Glibc

/// The configuration that `patchbay up` makes for a machine without one: a project `flex` with invented credentials.
///
/// Everything lies in `<state_dir>/dev`, is readable by its owner alone, is made once and then left as it is.
struct DevelopmentConfiguration: Sendable {
    static let project = "flex"
    /// Where the Gateway listens.
    static let port = 8080

    let directory: String

    init(stateDirectory: String) {
        directory = stateDirectory + "/dev"
    }

    var configPath: String { directory + "/patchbay.yaml" }
    var tokenPath: String { directory + "/\(Self.project)-auth-token" }

    /// Makes what is missing.
    ///
    /// - Returns: Whether anything was made.
    /// - Throws: ``CommandFailure`` when a file cannot be written.
    func prepare() throws -> Bool {
        guard access(configPath, F_OK) != 0 || access(tokenPath, F_OK) != 0 else { return false }
        try PrivateFile.makeDirectory(directory)
        var random = SystemRandomNumberGenerator()
        try PrivateFile.write(Self.hexadecimal(32, using: &random) + "\n", to: tokenPath)
        try PrivateFile.write(yaml(accountSID: "AC" + Self.hexadecimal(32, using: &random)), to: configPath)
        return true
    }

    func yaml(accountSID: String) -> String {
        """
        # Made by 'patchbay up' for trying things out on this machine. Yours to edit; it is not written again.
        # Every key, with what it means: deploy/config/patchbay.yaml.example
        gateway:
          listen:
            host: 127.0.0.1
            port: \(Self.port)
          public_url: http://127.0.0.1:\(Self.port)
          projects:
            \(Self.project):
              account_sid: \(accountSID)
              auth_token_file: \(tokenPath)

        """
    }

    private static func hexadecimal(_ count: Int, using random: inout some RandomNumberGenerator) -> String {
        let digits = Array("0123456789abcdef")
        return String((0..<count).map { _ in digits[Int.random(in: 0..<16, using: &random)] })
    }
}
