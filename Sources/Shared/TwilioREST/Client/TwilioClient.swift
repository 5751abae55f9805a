public import Events

/// One account of the provider.
///
/// Made once per account and passed on freely: copies share the account's limit, circuit and queue. The products hang off
/// it: `client.conversations(service)`, `client.taskRouter(workspace)` and so on.
///
/// Every call throws ``TwilioError``; ``TwilioError/mayHaveTakenEffect`` says what that means for the other side.
public struct TwilioClient: Sendable {
    let core: ClientCore
    private var timeout: Duration

    /// A client.
    ///
    /// - Parameters:
    ///   - credentials: The account.
    ///   - configuration: Addresses and limits.
    ///   - transport: Shared by all clients of the process; a ``HTTPTransport`` but in tests.
    ///   - observer: Is told each attempt.
    public init(
        credentials: TwilioCredentials, configuration: TwilioConfiguration, transport: any TwilioTransport,
        observer: (any TwilioObserver)? = nil
    ) {
        core = ClientCore(
            credentials: credentials, configuration: configuration, transport: transport, observer: observer)
        timeout = configuration.timeout
    }

    /// The account.
    public var accountSID: AccountSID { core.credentials.accountSID }

    /// How the account's calls stand.
    public var status: TwilioClientStatus { core.gate.status(now: .now) }

    /// The same account with less time for each call, for whoever has to answer soon.
    ///
    /// - Parameter duration: A whole call, at most; never longer than before.
    /// - Returns: The client.
    public func within(_ duration: Duration) -> TwilioClient {
        var other = self
        other.timeout = min(timeout, duration)
        return other
    }

    /// Does a call whose answer is one resource.
    func perform<Resource: TwilioResource>(
        _ call: Call, as type: Resource.Type = Resource.self
    ) async throws(TwilioError) -> Resource {
        let response = try await core.perform(call, deadline: .now + timeout)
        return try Self.read(response, of: call)
    }

    /// Does a call whose answer is one resource, nil when it does not exist.
    func find<Resource: TwilioResource>(
        _ call: Call, as type: Resource.Type = Resource.self
    ) async throws(TwilioError) -> Resource? {
        do {
            return try await perform(call)
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }

    /// Does a call whose answer does not matter.
    func perform(_ call: Call) async throws(TwilioError) {
        _ = try await core.perform(call, deadline: .now + timeout)
    }

    /// Deletes; false when it was not there.
    func delete(_ call: Call) async throws(TwilioError) -> Bool {
        do {
            _ = try await core.perform(call, deadline: .now + timeout)
            return true
        } catch {
            guard error.isNotFound else { throw error }
            return false
        }
    }

    /// Does a call whose answer is read by the caller.
    func response(_ call: Call) async throws(TwilioError) -> TransportResponse {
        try await core.perform(call, deadline: .now + timeout)
    }

    /// A list, from its first page on.
    func pages<Element: TwilioResource>(
        _ call: Call, key: String? = nil, as type: Element.Type = Element.self
    ) -> Pages<Element> {
        Pages(client: self, call: call, key: key)
    }

    private static func read<Resource: TwilioResource>(
        _ response: TransportResponse, of call: Call
    ) throws(TwilioError) -> Resource {
        do {
            return try Resource(Fields(response))
        } catch {
            throw .unreadable(call.problem(response, reads: false), reason: error.description)
        }
    }
}
