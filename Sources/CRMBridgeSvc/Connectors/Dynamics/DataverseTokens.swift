import Events
import Hosting
import Logging
import ServiceLifecycle
import Synchronization
import Twilio
import TwilioREST

/// The credential's access token: fetched at the start, renewed in the background, handed out to everybody.
///
/// A request only waits where there is no token at all. Who waits is woken by the one fetch that is under way.
final class DataverseTokens: Service {
    /// Requests that wait for a token at once; further ones are refused.
    static let maxWaiting = 1_024
    static let maxResponseBytes = 65_536
    /// Fetches that one request lives through before it gives up.
    static let maxRounds = 3

    typealias Granted = (secret: Secret, number: Int)

    private struct State {
        var machine = TokenMachine()
        var waiting: [Int: CheckedContinuation<TokenMachine.Answer, Never>] = [:]
        var lastID = 0
    }

    private let state = Mutex(State())
    private let settings: DynamicsSettings
    private let transport: any TwilioTransport
    private let logger: Logger

    init(settings: DynamicsSettings, transport: any TwilioTransport, logger: Logger) {
        self.settings = settings
        self.transport = transport
        self.logger = logger
    }

    /// Keeps a token at hand until the process ends.
    func run() async throws {
        if settings.grant == .password {
            logger.warning(
                """
                crm.dynamics.grant is password: a person's account signs in, which a second factor or a changed password \
                ends. It is for moving over only: register a client secret
                """)
        }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                switch self.state.withLock({ $0.machine.renew(at: .now) }) {
                case .fetch:
                    guard let error = await self.fetch() else { continue }
                    self.logger.warning(
                        "No token for Dataverse", metadata: ["error": "\(error.code)", "detail": "\(error)"])
                case .wait: _ = await self.ask()
                case .sleep(let instant): try? await Task.sleep(until: instant, clock: .continuous)
                }
            }
        }
    }

    /// A token that can be used now.
    ///
    /// - Throws: ``CRMError``.
    func token() async throws(CRMError) -> Granted {
        for _ in 0..<Self.maxRounds {
            switch await ask() {
            case .use(let secret, let number): return (secret, number)
            case .fail(let error): throw error
            case .fetch: if let error = await fetch() { throw error }
            case .wait: break
            }
        }
        throw .unavailable(.timeout)
    }

    /// The CRM did not accept it.
    func refused(_ number: Int) { state.withLock { $0.machine.refused(number) } }

    /// The machine's answer; while another fetches, its end is waited for first, which `wait` says.
    private func ask() async -> TokenMachine.Answer {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { done in
                let answer: TokenMachine.Answer? = state.withLock { state in
                    guard !Task.isCancelled, state.waiting.count < Self.maxWaiting else {
                        return .fail(.unavailable(.timeout))
                    }
                    let answer = state.machine.ask(at: .now)
                    guard answer == .wait else { return answer }
                    state.waiting[id] = done
                    return nil
                }
                if let answer { done.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: .fail(.unavailable(.timeout)))
        }
    }

    /// Fetches once and reports to the machine and to all who wait.
    ///
    /// - Returns: Why there is none.
    private func fetch() async -> CRMError? {
        let start = ContinuousClock.now
        let outcome: Result<(Secret, Duration), CRMError>
        do throws(CRMError) {
            outcome = .success(try await request())
        } catch {
            outcome = .failure(error)
        }
        let isGivenUp = Task.isCancelled
        let waiting = state.withLock { state in
            switch outcome {
            case .success(let (secret, life)): state.machine.granted(secret, for: life, at: start)
            case .failure where isGivenUp: state.machine.cancelled()
            case .failure(let error): state.machine.failed(error, at: .now)
            }
            defer { state.waiting = [:] }
            return state.waiting
        }
        for done in waiting.values { done.resume(returning: .wait) }
        guard case .failure(let error) = outcome else { return nil }
        return error
    }

    private func request() async throws(CRMError) -> (Secret, Duration) {
        let response: TransportResponse
        do throws(TransportFailure) {
            response = try await transport.send(settings.tokenRequest, within: settings.timeout)
        } catch {
            throw CRMError(error)
        }
        let json = (try? JSONValue(parsing: response.body)) ?? .null
        guard response.status == 200 else {
            switch response.status {
            case 408, 429, 500...599: throw DataverseFault(response).error
            // The reason is a word such as `invalid_client`; the text beside it would name the account.
            default: throw .denied
            }
        }
        guard let token = json["access_token"]?.string, !token.isEmpty,
            token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw .unavailable(.unreadable) }
        // The older endpoint writes the seconds as text.
        let seconds = json["expires_in"]?.integer ?? json["expires_in"]?.string.flatMap { Int64($0) } ?? 0
        return (Secret(token), .seconds(seconds))
    }
}

extension CRMError {
    /// What a request without an answer means.
    init(_ failure: TransportFailure) {
        self =
            switch failure.kind {
            case .deadline: .unavailable(.timeout)
            case .tooLarge, .malformed: .unavailable(.unreadable)
            case .invalid: .refused(field: nil)
            case .connect, .connectionLost, .cancelled: .unavailable(failure.wasSent ? .timeout : .unreachable)
            }
    }
}
