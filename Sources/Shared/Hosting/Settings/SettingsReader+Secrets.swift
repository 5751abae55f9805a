extension SettingsReader {
    /// Longest secret read from a file, in bytes.
    static let secretBytesLimit = 65_536

    /// A secret that may be left out.
    ///
    /// Taken from, in this order: the file named by the flag `--set <key>_file=`, the variable of the key, the file
    /// named by the variable of `<key>_file`, the file named by `<key>_file` in the configuration file, and
    /// `$CREDENTIALS_DIRECTORY/<key>`. One line break at the end of a file is not part of it. A secret written out in
    /// the configuration file or on the command line is an error.
    public func optionalSecret(_ name: String) -> Secret? {
        let key = key(name)
        let variable = SettingsKey.variable(key)
        recorder.know(key)
        refuseVisible(name, key: key, variable: variable)
        let file = find(name + "_file")
        effective(name + "_file", file?.text ?? "", file?.origin ?? .defaultValue)
        if let file, file.origin == .flag {
            return secret(name, file: file.text, origin: file.origin)
        }
        if let text = source.environment[variable] {
            return secret(name, text: text, origin: .environment(variable: variable))
        }
        if let file {
            return secret(name, file: file.text, origin: file.origin)
        }
        if let directory = source.environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty,
            let bytes = try? FileBytes.read(path: "\(directory)/\(key)", limit: Self.secretBytesLimit)
        {
            return secret(name, text: Self.text(bytes), origin: .credential(name: key))
        }
        effective(name, "", .defaultValue, isSecret: true)
        return nil
    }

    /// A secret that must be there.
    ///
    /// - Returns: The secret, or an empty one after the error was recorded.
    public func secret(_ name: String) -> Secret {
        let before = recorder.errorCount
        if let secret = optionalSecret(name) { return secret }
        if recorder.errorCount == before { missing(name) }
        return Secret("")
    }

    private func refuseVisible(_ name: String, key: String, variable: String) {
        if let node = source.root.descendant(path + [name]), !node.isEmpty {
            let reason = SettingsError.Reason.secretInFile(variable: variable)
            recorder.record([SettingsError(key: key, origin: fileOrigin(node), reason: reason)])
        }
        if source.flag(key) != nil {
            recorder.record([
                SettingsError(key: key, origin: .flag, reason: .secretOnCommandLine(variable: variable))
            ])
        }
    }

    private func secret(_ name: String, file: String, origin: SettingOrigin) -> Secret? {
        do {
            let bytes = try FileBytes.read(path: file, limit: Self.secretBytesLimit)
            return secret(name, text: Self.text(bytes), origin: origin)
        } catch {
            let reason = SettingsError.Reason.unreadableFile(path: file, problem: "\(error)")
            recorder.record([SettingsError(key: key(name), origin: origin, reason: reason)])
            return nil
        }
    }

    private func secret(_ name: String, text: String, origin: SettingOrigin) -> Secret? {
        effective(name, Secret.redacted, origin, isSecret: true)
        guard !text.isEmpty else {
            recorder.record([SettingsError(key: key(name), origin: origin, reason: .emptySecret)])
            return nil
        }
        return Secret(text)
    }

    private static func text(_ bytes: [UInt8]) -> String {
        var bytes = bytes[...]
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
