import Synchronization

/// Collects what was read while settings are being made: keys, effective values and errors.
final class SettingsRecorder: Sendable {
    private struct State {
        var keys: Set<String> = []
        var effective: [EffectiveSetting] = []
        var errors: [SettingsError] = []
    }

    private let state = Mutex(State())

    var errorCount: Int { errors.count }

    var errors: [SettingsError] { state.withLock { $0.errors } }

    func record(_ errors: [SettingsError]) {
        state.withLock { $0.errors += errors }
    }

    /// Marks a key as known without a value of its own.
    func know(_ key: String) {
        state.withLock { _ = $0.keys.insert(key) }
    }

    func record(_ setting: EffectiveSetting) {
        state.withLock { state in
            state.keys.insert(setting.key)
            state.effective.removeAll { $0.key == setting.key }
            state.effective.append(setting)
        }
    }

    func origin(of key: String) -> (value: String?, origin: SettingOrigin) {
        state.withLock { state in
            let setting = state.effective.last { $0.key == key }
            guard let setting else { return (nil, .defaultValue) }
            return (setting.isSecret ? nil : setting.value, setting.origin)
        }
    }

    /// Adds an error for every key that nobody read, and hands out the results.
    func finish(source: SettingsSource, sections: [String]) -> ([EffectiveSetting], [SettingsError]) {
        let state = state.withLock { $0 }
        let unknown = UnknownKeys(source: source, sections: sections, known: state.keys)
        var seen: Set<SettingsError> = []
        return (state.effective, (state.errors + unknown.errors()).filter { seen.insert($0).inserted })
    }
}
