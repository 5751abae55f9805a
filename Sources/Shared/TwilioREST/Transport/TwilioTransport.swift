/// Sends one request and brings its answer, whatever the status: the boundary between the client and the network.
public protocol TwilioTransport: Sendable {
    /// Sends a request once; redirects are not followed.
    ///
    /// - Parameters:
    ///   - request: What to send.
    ///   - timeout: From now to the last byte of the answer.
    /// - Returns: The answer.
    /// - Throws: ``TransportFailure``, which says whether bytes may have left.
    func send(_ request: TransportRequest, within timeout: Duration) async throws(TransportFailure) -> TransportResponse
}
