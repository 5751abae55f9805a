import Events
import Hosting
import TwilioREST

/// One request to the Web API of an organisation.
struct DataverseRequest: Sendable {
    var method = HTTPVerb.get
    /// Below `/api/data/v…/`, encoded; or a whole address that the organisation itself has given (`@odata.nextLink`).
    var target: String
    var headers: [TransportRequest.Header] = []
    var body: JSONValue?
    /// For whom it is done: an Entra object id.
    var caller: RecordGUID?
}

/// Sends requests with the credential's token, within its limits; each once, and once more after a 401.
struct DataverseClient: Sendable {
    /// What came of it.
    enum Answer: Sendable {
        case done(JSONValue, isCreated: Bool)
        /// 412: the row that must not be there is there, or the other way round.
        case precondition
    }

    /// Asks for the texts of choices and lookups beside their values.
    static let annotations = TransportRequest.Header(
        "Prefer",
        "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue,Microsoft.Dynamics.CRM.lookuplogicalname\""
    )

    let settings: DynamicsSettings
    let transport: any TwilioTransport
    let tokens: DataverseTokens
    let lane: DataverseLane

    /// - Throws: ``CRMError``; a precondition is an answer.
    func send(_ request: DataverseRequest) async throws(CRMError) -> Answer {
        let response = try await bytes(request)
        if (200...299).contains(response.status) {
            guard !response.body.isEmpty else { return .done(.null, isCreated: true) }
            guard let json = try? JSONValue(parsing: response.body) else {
                // A write was done, whatever is said about it.
                guard request.method == .get else { return .done(.null, isCreated: true) }
                throw .unavailable(.unreadable)
            }
            return .done(json, isCreated: response.status == 201)
        }
        let fault = DataverseFault(response)
        if fault.isPrecondition { return .precondition }
        throw fault.error
    }

    /// The rows of a list, and where it goes on.
    func rows(_ query: ODataQuery, headers: [TransportRequest.Header] = []) async throws(CRMError) -> Rows {
        try await rows(DataverseRequest(target: query.target, headers: headers + [Self.annotations]))
    }

    func rows(_ request: DataverseRequest) async throws(CRMError) -> Rows {
        guard case .done(let json, _) = try await send(request), let rows = json["value"]?.array else {
            throw .unavailable(.unreadable)
        }
        return Rows(rows: rows, next: json["@odata.nextLink"]?.string)
    }

    struct Rows: Sendable {
        var rows: [JSONValue]
        var next: String?
    }

    /// Any answer but 401.
    func bytes(_ request: DataverseRequest, limit: Int? = nil) async throws(CRMError) -> TransportResponse {
        for attempt in 0... {
            let token = try await tokens.token()
            try await lane.enter()
            let response: TransportResponse
            do throws(TransportFailure) {
                response = try await transport.send(
                    prepared(request, token.secret, limit ?? settings.maxResponseBytes), within: settings.timeout)
            } catch {
                lane.leave()
                throw CRMError(error)
            }
            let isThrottled = response.status == 429
            lane.leave(
                throttled: isThrottled,
                asked: isThrottled
                    ? response.headers[.retryAfter].flatMap { Double($0) }.map { .seconds(max(0, min($0, 86_400))) }
                    : nil)
            guard response.status == 401 else { return response }
            tokens.refused(token.number)
            guard attempt == 0 else { break }
        }
        throw .denied
    }

    private func prepared(_ request: DataverseRequest, _ token: Secret, _ limit: Int) -> TransportRequest {
        var headers = [
            TransportRequest.Header("Authorization", "Bearer \(token.reveal())"),
            .init("Accept", "application/json"), .init("OData-MaxVersion", "4.0"), .init("OData-Version", "4.0"),
        ]
        if request.body != nil { headers.append(.init("Content-Type", "application/json; charset=utf-8")) }
        if let caller = request.caller { headers.append(.init("CallerObjectId", caller.text)) }
        headers += request.headers
        // Some stacks answer reads from a cache otherwise.
        if request.method == .get { headers.append(.init("If-None-Match", "null")) }
        let url = request.target.hasPrefix("http") ? request.target : settings.base + request.target
        return TransportRequest(
            method: request.method, url: url, headers: headers, body: request.body?.bytes, maxResponseBytes: limit)
    }
}
