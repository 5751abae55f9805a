extension SettingsReader {
    /// Reads a few keys of sections that belong to other processes, and leaves the rest of them alone.
    ///
    /// A key that nobody reads there is no error here; a wrong value of one that is read is. The keys do not show up
    /// among the effective settings.
    ///
    /// - Parameter body: Reads what it needs, from a reader at the top level.
    /// - Returns: What `body` made.
    public func peek<Value>(_ body: (SettingsReader) -> Value) -> Value {
        let aside = SettingsRecorder()
        let value = body(SettingsReader(source: source, recorder: aside, path: []))
        recorder.record(aside.errors)
        return value
    }
}
