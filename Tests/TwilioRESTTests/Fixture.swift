import Events

@testable import TwilioREST

/// An account, SIDs and documents that the tests share.
enum Fixture {
    static func sid<Resource>(_ digit: Character, _ type: Resource.Type = Resource.self) -> SID<Resource> {
        let text = Resource.prefix.description + String(repeating: digit, count: 32)
        guard let sid = try? SID<Resource>(text) else { fatalError("\(text) is no SID") }
        return sid
    }

    static let account: AccountSID = sid("a")
    static let service: ChatServiceSID = sid("1")
    static let conversation: ConversationSID = sid("2")
    static let workspace: WorkspaceSID = sid("3")

    /// Pauses of a millisecond at most, so that no test waits.
    static var configuration: TwilioConfiguration {
        var configuration = TwilioConfiguration()
        configuration.backoffBase = .milliseconds(1)
        configuration.backoffCap = .milliseconds(1)
        return configuration
    }

    static func client(
        _ transport: any TwilioTransport, configuration: TwilioConfiguration = configuration,
        observer: (any TwilioObserver)? = nil
    ) -> TwilioClient {
        TwilioClient(
            credentials: TwilioCredentials(accountSID: account, authToken: "secret-token"),
            configuration: configuration, transport: transport, observer: observer)
    }

    static func message(index: Int = 7) -> String {
        """
        {"sid":"IM\(String(repeating: "4", count: 32))","account_sid":"\(account)","conversation_sid":"\(conversation)",
        "participant_sid":null,"index":\(index),"author":"ana","body":"hola","media":null,"attributes":"{\\"a\\":1}",
        "date_created":"2026-11-24T09:00:00Z","date_updated":"2026-11-24T09:00:00Z",
        "delivery":{"total":2,"sent":"all","delivered":"some","read":"some","failed":"none","undelivered":"none"},
        "url":"https://conversations.twilio.com/x","links":{},"something_new":[1]}
        """
    }

    static func conversation(state: String = "active") -> String {
        """
        {"sid":"\(conversation)","account_sid":"\(account)","chat_service_sid":"\(service)","friendly_name":"F",
        "unique_name":"ff:x","attributes":"not json","state":"\(state)","timers":{"date_closed":"2026-11-25T09:00:00Z"},
        "date_created":"2026-11-24T09:00:00Z","date_updated":null}
        """
    }
}
