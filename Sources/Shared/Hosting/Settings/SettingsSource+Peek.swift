extension SettingsSource {
    /// Reads a few keys of sections that belong to other processes, and leaves the rest of them alone.
    ///
    /// For the command line, which needs to know where the Gateway listens and must not judge what else its section
    /// says: a key that nobody reads is no error here.
    ///
    /// - Parameter body: Reads what it needs.
    /// - Returns: What `body` made.
    /// - Throws: ``SettingsErrors`` when one of the values read is wrong.
    public func peek<Value>(_ body: (SettingsReader) -> Value) throws(SettingsErrors) -> Value {
        let recorder = SettingsRecorder()
        let value = body(SettingsReader(source: self, recorder: recorder, path: []))
        let errors = recorder.errors
        guard errors.isEmpty else { throw SettingsErrors(errors) }
        return value
    }
}
