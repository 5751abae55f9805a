/// Why the directory did not do what it was asked, beside what is wrong with the request's edits.
enum DirectoryFailure: Error, Hashable {
    /// Others changed the draft in every one of so many rounds.
    case contended(rounds: Int)
    /// So many requests wait already.
    case busy(limit: Int)
    /// So many imports are under way already.
    case importsBusy(limit: Int)
    /// What lies behind the Broker is not what this version writes.
    case unreadable(map: String, key: String)
    case publishInProgress(PublishState)
    /// The draft is another one than the publisher has seen.
    case draftChanged(current: UInt64)
    /// The draft that is to be replaced is another one than has been seen.
    case draftEdited(current: UInt64)
    case versionUnknown(Int)

    /// Stable, for machines.
    var code: String {
        switch self {
        case .contended: "extensions.contended"
        case .busy: "extensions.busy"
        case .importsBusy: "extensions.imports_busy"
        case .unreadable: "extensions.unreadable"
        case .publishInProgress: "extensions.publish_in_progress"
        case .draftChanged, .draftEdited: "extensions.draft_changed"
        case .versionUnknown: "extensions.version_unknown"
        }
    }
}

extension DirectoryFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .contended(let rounds):
            "Others changed the directory in each of \(rounds) rounds. Try again."
        case .busy(let limit): "\(limit) requests wait for the directory already. Try again."
        case .importsBusy(let limit): "\(limit) imports are under way already. Try again when one has ended."
        case .unreadable(let map, let key):
            "The entry '\(key)' of the map \(map) is not readable. Was it written by a newer version?"
        case .publishInProgress:
            "Another route publish is in progress. Publishing now will overwrite other changes."
        case .draftChanged:
            "Routes were updated by someone else and cannot be published. Please reload and try again."
        case .draftEdited:
            "The draft has been edited since, and that would be replaced too. Look at what would happen now, then repeat."
        case .versionUnknown(let version):
            "There is no version \(version). Old ones are deleted (publish.keep_versions)."
        }
    }
}
