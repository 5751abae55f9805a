internal import Wire

extension Failure {
    /// Reads the `code: sentence` that publish and settle results carry.
    init(reason: String, retryable: Bool) {
        guard let colon = reason.firstIndex(of: ":") else {
            self.init(code: reason.isEmpty ? "bus.unexplained" : reason, message: reason, retryable: retryable)
            return
        }
        let sentence = reason[reason.index(after: colon)...].drop { $0 == " " }
        self.init(code: String(reason[..<colon]), message: String(sentence), retryable: retryable)
    }
}
