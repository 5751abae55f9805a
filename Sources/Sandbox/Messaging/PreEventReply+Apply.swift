import Events

extension PreEventReply {
    /// Takes over what a pre-event webhook changed.
    ///
    /// - Parameter change: Reads the members of the answered object; not called without one.
    /// - Throws: ``TwilioProblem`` (50388) when the webhook rejected the change.
    func apply(_ change: (JSONValue) -> Void) throws(TwilioProblem) {
        switch self {
        case .unmodified: return
        case .rejected(let status):
            throw TwilioProblem(
                status: 403, code: 50388, "The change was rejected by the pre-event webhook with \(status)")
        case .modified(let body):
            guard let json = try? JSONValue(parsing: body), json.object != nil else { return }
            change(json)
        }
    }
}
