extension TransportResponse {
    /// `Retry-After` in seconds; a date, which the provider does not send, is nil.
    var retryAfter: Duration? {
        guard let text = headers[.retryAfter], let seconds = Double(text), seconds >= 0, seconds <= 86_400 else {
            return nil
        }
        return .nanoseconds(Int64(seconds * 1e9))
    }

    /// `Twilio-Request-Duration` in seconds.
    var requestDuration: Duration? {
        guard let text = headers[.requestDuration], let seconds = Double(text), seconds >= 0, seconds <= 86_400 else {
            return nil
        }
        return .nanoseconds(Int64(seconds * 1e9))
    }
}
