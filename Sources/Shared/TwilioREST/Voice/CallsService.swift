public import Events

/// Phone calls (API of 2010).
public struct CallsService: Sendable {
    let client: TwilioClient

    private static let collection = "/2010-04-01/Accounts/{account}/Calls.json"
    private static let one = "/2010-04-01/Accounts/{account}/Calls/{call}.json"

    /// Dials; not repeated after an unknown outcome: list the calls by number and time to find it.
    public func create(_ draft: CallDraft) async throws(TwilioError) -> PhoneCall {
        try await client.perform(.post(.api, Self.collection, account, form: draft.form, rule: .once))
    }

    public func fetch(_ call: CallSID) async throws(TwilioError) -> PhoneCall {
        try await client.perform(.get(.api, Self.one, account, call.text))
    }

    /// Nil when there is no such call.
    public func find(_ call: CallSID) async throws(TwilioError) -> PhoneCall? {
        try await client.find(.get(.api, Self.one, account, call.text))
    }

    /// Changes a live call, or ends it; not repeated after an unknown outcome.
    public func update(_ call: CallSID, _ update: CallUpdate) async throws(TwilioError) -> PhoneCall {
        try await client.perform(.post(.api, Self.one, account, call.text, form: update.form, rule: .once))
    }

    /// The account's calls, newest first.
    ///
    /// - Parameters:
    ///   - query: Which.
    ///   - pageSize: Entries of a page, 1,000 at most.
    /// - Returns: The pages.
    public func list(_ query: CallQuery = CallQuery(), pageSize: Int = 200) -> Pages<PhoneCall> {
        var form = query.form
        form.add("PageSize", pageSize)
        return client.pages(.get(.api, Self.collection, account, query: form), key: "calls")
    }

    private var account: String { client.accountSID.text }
}

extension TwilioClient {
    /// Phone calls.
    public var calls: CallsService { CallsService(client: self) }
}
