import Bus
import Events
import Logging
import ServiceLifecycle
import Twilio
import TwilioREST

/// `extensions.flex-token`: whether a token of Flex is valid, whose it is, and what he may do here.
///
/// Answers that are not a clear yes are a no: the Gateway lets nobody in on a failure.
struct FlexTokenDesk: Service {
    static let service = "extensions.flex-token"
    /// Questions at work at once.
    static let concurrency = 32
    /// Somebody waits.
    static let timeout = Duration.seconds(4)

    let tokens: FlexTokens
    let bus: BusConnection
    let logger: Logger

    init(client: TwilioClient, bus: BusConnection, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
        tokens = FlexTokens(client: client.within(Self.timeout), wallClock: now)
        self.bus = bus
        self.logger = logger
    }

    func run() async throws {
        try await bus.serve(Self.service, concurrency: Self.concurrency) { payload in await answer(payload).bytes }
    }

    /// `{token}` → `{valid, sub?, name?, role?, expires?}`.
    private func answer(_ payload: [UInt8]) async -> JSONValue {
        guard let token = (try? JSONValue(parsing: payload))?["token"]?.string else { return ["valid": false] }
        do {
            guard let identity = try await tokens.validate(token), let role = FlexRoles.role(of: identity.roles) else {
                return ["valid": false]
            }
            // A Flex project spells its people escaped; agents are known by their workers' names.
            let name = EscapedIdentity(received: identity.identity).identity.text
            var answer = JSONObject([
                ("valid", true), ("sub", .string(name)), ("name", .string(name)),
                ("role", .string(role.rawValue)),
            ])
            answer["expires"] = identity.expiration.map { .string($0.rfc3339) }
            return .object(answer)
        } catch {
            logger.warning("A token could not be checked", metadata: ["error": "\(error.code)"])
            return ["valid": false, "reason": "unreachable"]
        }
    }
}
