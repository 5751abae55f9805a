import TwilioREST

/// What a routes command says of a provider's error.
enum RouteFailure {
    static func failure(_ error: any Error) -> CommandFailure {
        if let failure = error as? CommandFailure { return failure }
        if let failure = error as? RouteWork<TwilioRouteStore>.Failure { return CommandFailure(failure.description) }
        guard let error = error as? TwilioError else { return CommandFailure(error) }
        return CommandFailure(error.description, error.isRetryable ? .unavailable : .failure)
    }
}
